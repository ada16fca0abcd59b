package dev.weft.cli.command;

import dev.weft.cli.screen.Wrapping;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Prints the examples below the options of each command, within the width of the terminal. */
final class HelpFooter {

    /** Column in which the second line of an example begins. */
    private static final int CONTINUED = 6;

    private static final String COMMENT = " # ";
    private static final String HEADING = "%nExamples:%n";

    private HelpFooter() {}

    /** Fits the examples of this command and of all its subcommands, and puts a heading above those of the latter. */
    static void fitAll(CommandLine command) {
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, HelpFooter::render);
        for (CommandLine subcommand : command.getSubcommands().values()) {
            subcommand.getCommandSpec().usageMessage().footerHeading(HEADING);
            fitAll(subcommand);
        }
    }

    private static String render(Help help) {
        UsageMessageSpec usage = help.commandSpec().usageMessage();
        return paragraphs(usage.footer()).stream()
                .flatMap(line -> fitted(line, usage.width()).stream())
                .map(line -> line + System.lineSeparator())
                .collect(Collectors.joining());
    }

    /** Joins the lines of each remark, so that it can be wrapped as a whole. Examples begin with a space, and stay. */
    private static List<String> paragraphs(String... lines) {
        List<String> paragraphs = new ArrayList<>();
        boolean remark = false;
        for (String line : lines) {
            boolean continued = remark;
            remark = !line.isEmpty() && !line.startsWith(" ");
            if (continued && remark) {
                paragraphs.add(paragraphs.removeLast() + " " + line);
            } else {
                paragraphs.add(line);
            }
        }
        return paragraphs;
    }

    /** Fits one line. If an example is too long together with its comment, the comment is printed above it. */
    static List<String> fitted(String line, int width) {
        int comment = line.lastIndexOf(COMMENT);
        if (line.length() <= width || comment < 0) {
            return Wrapping.lines(line, width, line.startsWith(" ") ? CONTINUED : 0);
        }
        return Stream.of(
                        " " + line.substring(comment),
                        line.substring(0, comment).stripTrailing())
                .flatMap(part -> Wrapping.lines(part, width, CONTINUED).stream())
                .toList();
    }
}
