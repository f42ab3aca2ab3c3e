import type { ArgumentNode, CommandNode, OptionNode } from './command-tree.ts';

/** What may stand in the place of a value. */
export interface Values {
  readonly words: readonly string[];
  readonly files?: 'any' | 'directories';
  /** Several, apart by commas. */
  readonly list?: true;
}

/** How a value is completed, by the name that stands for it in usage. What has no line is for the person to say. */
export type ValuesByName = Readonly<Record<string, Values>>;

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * A script that completes the command line in a shell: verbs, questions, options, names of targets, files. It holds all of it, since a
 * process at each press of a key would be slow.
 */
export function completionScript(shell: Shell, program: CommandNode, values: ValuesByName): string {
  const nodes = flattened(program);
  switch (shell) {
    case 'bash':
      return bash(nodes, values);
    case 'zsh':
      return zsh(nodes, values);
    case 'fish':
      return fish(nodes, values);
  }
}

function flattened(node: CommandNode): CommandNode[] {
  return [node, ...node.commands.flatMap(flattened)];
}

/** `help` is the parser's own; its word is a verb. */
function verbsOf(node: CommandNode): readonly (readonly [string, string])[] {
  const verbs = node.commands.map(({ path, summary }) => [path.at(-1)!, summary] as const);
  return node.path.length === 0 ? [...verbs, ['help', 'what a verb does'] as const] : verbs;
}

function keyOf({ path }: CommandNode): string {
  return path.map((word) => ` ${word}`).join('');
}

function valuesFor(value: ArgumentNode, values: ValuesByName): Values {
  return value.choices === undefined
    ? (values[value.name] ?? { words: [] })
    : { words: value.choices };
}

/** The words that stand without an option: any of its arguments, in whatever place. */
function argumentValues(node: CommandNode, values: ValuesByName): Values {
  const all = node.arguments.map((argument) => valuesFor(argument, values));
  const files = all.some((one) => one.files === 'any')
    ? 'any'
    : all.find((one) => one.files !== undefined)?.files;
  return {
    words: [...new Set(all.flatMap(({ words }) => words))],
    ...(files === undefined ? {} : { files }),
  };
}

interface OptionCase {
  readonly node: CommandNode;
  readonly option: OptionNode;
  readonly value: ArgumentNode;
}

function optionsWithValue(nodes: readonly CommandNode[]): OptionCase[] {
  return nodes.flatMap((node) =>
    node.options.flatMap((option) =>
      option.value === undefined ? [] : [{ node, option, value: option.value }],
    ),
  );
}

function flagsOf({ options }: CommandNode): string[] {
  return options.flatMap(({ flags }) => flags);
}

function bash(nodes: readonly CommandNode[], values: ValuesByName): string {
  const patterns = nodes.slice(1).map((node) => `'${keyOf(node)}'`);
  const optionCases = optionsWithValue(nodes).map(({ node, option, value }) => {
    const on = option.flags.map((flag) => `'${keyOf(node)} ${flag}'`).join(' | ');
    return `\t${on}) ${bashOffer(valuesFor(value, values))}; return ;;`;
  });
  const nodeCases = nodes.map((node) => {
    const { files } = argumentValues(node, values);
    const words = [...verbsOf(node).map(([verb]) => verb), ...argumentValues(node, values).words];
    return [
      `\t'${keyOf(node)}')`,
      `\t\tif [[ $word == -* ]]; then __confine_words '${flagsOf(node).join(' ')}'`,
      `\t\telse ${bashOffer({ words, ...(files === undefined ? {} : { files }) })}; fi ;;`,
    ].join('\n');
  });
  const verbs = verbsOf(nodes[0]!).map(([verb]) => verb);
  return `# bash completion of confine; made by \`confine completion bash\`.

__confine_words() {
	local found
	while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -W "$1" -- "$word")
}

__confine_files() {
	local found
	compopt -o filenames 2>/dev/null
	while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen "$1" -- "$word")
}

__confine_list() {
	local before=''
	[[ $word == *,* ]] && before=\${word%,*}, && word=\${word##*,}
	__confine_words "$1"
	COMPREPLY=("\${COMPREPLY[@]/#/$before}")
	compopt -o nospace 2>/dev/null
}

_confine() {
	local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} path='' i
	COMPREPLY=()
	# readline parts --option=value at the sign.
	if [[ $word == '=' ]]; then word=''
	elif [[ $before == '=' ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "$path \${COMP_WORDS[i]}" in
		${patterns.join(' | ')}) path="$path \${COMP_WORDS[i]}" ;;
		esac
	done
	case "$path $before" in
	' help') __confine_words '${verbs.join(' ')}'; return ;;
${optionCases.join('\n')}
	esac
	case "$path" in
${nodeCases.join('\n')}
	esac
}

complete -F _confine confine
`;
}

function bashOffer({ words, files, list }: Values): string {
  const offers = [
    ...(words.length === 0
      ? []
      : [`${list ? '__confine_list' : '__confine_words'} '${words.join(' ')}'`]),
    ...(files === undefined ? [] : [`__confine_files ${files === 'any' ? '-f' : '-d'}`]),
  ];
  return offers.length === 0 ? ':' : offers.join('; ');
}

function zsh(nodes: readonly CommandNode[], values: ValuesByName): string {
  const patterns = nodes.slice(1).map((node) => `'${keyOf(node)}'`);
  const described = (pairs: readonly (readonly [string, string])[]): string =>
    pairs
      .map(([word, text]) => `'${word.replaceAll(':', '\\:')}:${text.replaceAll("'", '’')}'`)
      .join(' ');
  const optionCases = optionsWithValue(nodes).map(({ node, option, value }) => {
    const on = option.flags.map((flag) => `'${keyOf(node)} ${flag}'`).join(' | ');
    return `\t(${on}) ${zshOffer(valuesFor(value, values))}; return ;;`;
  });
  const nodeCases = nodes.map((node) => {
    const options = node.options.flatMap(({ flags, description }) =>
      flags.map((flag) => [flag, description] as const),
    );
    const verbs = verbsOf(node);
    return [
      `\t('${keyOf(node)}')`,
      `\t\tif [[ $PREFIX == -* ]]; then said=(${described(options)}); _describe option said`,
      `\t\telse ${verbs.length === 0 ? '' : `said=(${described(verbs)}); _describe verb said; `}${zshOffer(argumentValues(node, values))}; fi ;;`,
    ].join('\n');
  });
  return `#compdef confine
# zsh completion of confine; made by \`confine completion zsh\`.

_confine() {
	local at= before=$words[CURRENT-1] i
	local -a said
	for ((i = 2; i < CURRENT; i++)); do
		case "$at $words[i]" in
		(${patterns.join(' | ')}) at="$at $words[i]" ;;
		esac
	done
	case "$at $before" in
	(' help') said=(${described(verbsOf(nodes[0]!))}); _describe verb said; return ;;
${optionCases.join('\n')}
	esac
	case "$at" in
${nodeCases.join('\n')}
	esac
}

# Read by \`source\`, or found in $fpath and called.
if [[ $funcstack[1] == _confine ]]; then _confine "$@"; else compdef _confine confine; fi
`;
}

function zshOffer({ words, files, list }: Values): string {
  const offers = [
    ...(words.length === 0
      ? []
      : [
          list
            ? `compset -P '*,'; compadd -q -S , -- ${words.join(' ')}`
            : `compadd -- ${words.join(' ')}`,
        ]),
    ...(files === undefined ? [] : [files === 'any' ? '_files' : '_files -/']),
  ];
  return offers.length === 0 ? ':' : offers.join('; ');
}

function fish(nodes: readonly CommandNode[], values: ValuesByName): string {
  const lines = nodes.flatMap((node) => {
    const at = `complete -c confine -n '__confine_at "${keyOf(node)}"'`;
    const verbs = verbsOf(node).map(([verb, summary]) => `${at} -a ${verb} -d ${quoted(summary)}`);
    const words = argumentValues(node, values);
    const options = node.options.map(
      ({ flags, description, value }) =>
        `${at} ${flags.map(fishFlag).join(' ')}${value === undefined ? '' : fishValue(valuesFor(value, values))} -d ${quoted(description)}`,
    );
    return [
      ...verbs,
      ...(words.words.length === 0 ? [] : [`${at} -a '${words.words.join(' ')}'`]),
      ...(words.files === undefined ? [] : [`${at} -a '(${fishFiles(words.files)})'`]),
      ...options,
    ];
  });
  const verbs = verbsOf(nodes[0]!).map(([verb]) => verb);
  return `# fish completion of confine; made by \`confine completion fish\`.

function __confine_at -a wanted
	set -l at ''
	for word in (commandline -opc)[2..-1]
		switch "$at $word"
			case ${nodes
        .slice(1)
        .map((node) => `'${keyOf(node)}'`)
        .join(' ')} ' help'
				set at "$at $word"
		end
	end
	test "$at" = "$wanted"
end

complete -c confine -f
complete -c confine -n '__confine_at " help"' -a '${verbs.join(' ')}'
${lines.join('\n')}
`;
}

function fishFlag(flag: string): string {
  if (flag.startsWith('--')) return `-l ${flag.slice(2)}`;
  return flag.length === 2 ? `-s ${flag.slice(1)}` : `-o ${flag.slice(1)}`;
}

function fishValue({ words, files, list }: Values): string {
  const offered = list ? `(__fish_append , ${words.join(' ')})` : words.join(' ');
  const named = words.length === 0 ? '' : ` -a '${offered}'`;
  if (files === undefined) return ` -x${named}`;
  return files === 'any' ? ` -r -F${named}` : ` -x -a '(${fishFiles(files)})'${named}`;
}

function fishFiles(files: 'any' | 'directories'): string {
  return files === 'any'
    ? '__fish_complete_path (commandline -ct)'
    : '__fish_complete_directories (commandline -ct)';
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
