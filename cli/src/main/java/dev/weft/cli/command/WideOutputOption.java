package dev.weft.cli.command;

import dev.weft.cli.screen.Format;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** {@code -o}: the form of a listing whose table may be wide. */
public final class WideOutputOption {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = ToWidth.class,
            completionCandidates = Widths.class,
            description =
                    "table for people, wide with more columns; json or yaml for programs: every field, exact values. "
                            + "Default: ${DEFAULT-VALUE}.")
    private Width width = Width.TABLE;

    /** The words that are taken. */
    enum Width {
        TABLE,
        WIDE,
        JSON,
        YAML
    }

    /** The form that was asked for. */
    Format format() {
        return switch (width) {
            case TABLE, WIDE -> Format.TABLE;
            case JSON -> Format.JSON;
            case YAML -> Format.YAML;
        };
    }

    /** Whether the table is to have all columns. */
    boolean wide() {
        return width == Width.WIDE;
    }

    static final class ToWidth implements ITypeConverter<Width> {

        @Override
        public Width convert(String given) {
            return Words.parse(given, Width.values());
        }
    }

    static final class Widths implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Words.of(Width.values()).iterator();
        }
    }
}
