/** Help that fits the screen: what stands behind the options is wrapped again on a narrow one. */
import { type AddHelpTextContext, type AddHelpTextPosition, Command } from "commander";

/** Columns that help is written in. */
const WRITTEN_WIDTH = 100;
/** Lines that are one paragraph: none is indented, as examples and tables are. */
const PARAGRAPH = /(?<=^|\n)\S.*(?:\n\S.*)*/g;
/** An example, and what it does. */
const EXAMPLE = /^( +\$ .*?\S) {2,}(\S.*)$/;
const UNDER_EXAMPLE = " ".repeat(6);

/** A command whose sub-commands are such commands, too. */
export class HelpfulCommand extends Command {
  private readonly columns: number;

  /** @param columns of the screen */
  constructor(name: string | undefined, columns: number) {
    super(name);
    this.columns = columns;
  }

  override createCommand(name?: string): Command {
    return new HelpfulCommand(name, this.columns);
  }

  override addHelpText(
    position: AddHelpTextPosition,
    text: string | ((context: AddHelpTextContext) => string),
  ): this {
    return super.addHelpText(position, (context) => {
      const whole = typeof text === "string" ? text : text(context);
      return this.columns < WRITTEN_WIDTH ? this.fitted(whole) : whole;
    });
  }

  private fitted(text: string): string {
    const { columns } = this;
    const help = this.createHelp();
    return text
      .replace(PARAGRAPH, (lines) => help.boxWrap(lines.replaceAll("\n", " "), columns))
      .split("\n")
      .map((line) =>
        line.length <= columns ? line : line.replace(EXAMPLE, `$1\n${UNDER_EXAMPLE}$2`),
      )
      .join("\n");
  }
}
