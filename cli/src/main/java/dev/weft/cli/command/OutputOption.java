package dev.weft.cli.command;

import dev.weft.cli.screen.Format;
import dev.weft.cli.screen.Screen;
import picocli.CommandLine.Option;

/** {@code -o}: the format of a listing. */
public final class OutputOption {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = EnumConverter.Formats.class,
            completionCandidates = EnumConverter.Formats.class,
            description =
                    "table; json or yaml for programs: every field, exact values. Default:" + " ${DEFAULT-VALUE}.")
    private Format format = Format.TABLE;

    /** Returns the requested format. */
    public Format format() {
        return format;
    }

    /** Prints something in the requested format. */
    public void print(Screen screen, Object document, Runnable text) {
        format.print(screen, document, text);
    }
}
