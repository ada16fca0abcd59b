package dev.weft.cli.command;

import dev.weft.cli.screen.Format;
import dev.weft.cli.screen.Screen;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code -o}: the format of a list of things that have a name or an id. */
public final class ListOutputOption {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = Forms.class,
            completionCandidates = Forms.class,
            description =
                    "table; wide: a table with more columns; name: only names or ids, one per line; json or yaml for "
                            + "programs: every field, exact values. Default: ${DEFAULT-VALUE}.")
    private Form form = Form.TABLE;

    /** The accepted words. */
    enum Form {
        TABLE,
        WIDE,
        NAME,
        JSON,
        YAML
    }

    /**
     * Prints a list in the requested format.
     *
     * @param value the document for programs
     * @param names names or ids of the listed things
     * @param table prints the list for people
     */
    public void print(Screen screen, Object value, List<String> names, Runnable table) {
        switch (form) {
            case TABLE, WIDE -> table.run();
            case NAME -> names.forEach(screen::line);
            case JSON -> Format.JSON.print(screen, value, table);
            case YAML -> Format.YAML.print(screen, value, table);
        }
    }

    /** Whether the table has the additional columns. */
    public boolean wide() {
        return form == Form.WIDE;
    }

    static final class Forms extends EnumConverter<Form> {
        Forms() {
            super(Form.values());
        }
    }
}
