package dev.weft.cli.command;

import dev.weft.cli.screen.Wrapping;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Prints the examples below the options of each command, within the width of the terminal. */
final class HelpFooter {

    /** Column in which the second line of an example begins. */
    private static final int CONTINUED = 6;

    private static final String COMMENT = " # ";
    private static final String INDENTED_COMMENT = "  # ";

    /** What begins an example for a shell. Others are lines of a file. */
    private static final Pattern COMMAND = Pattern.compile(" +(weft|kubectl|source) ");

    private static final String CONTINUES = " \\";
    private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");
    /** In place of a space at which a command must not be broken; no example has one. */
    private static final char QUOTED_SPACE = '\u00a0';

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
        List<String> lines = new ArrayList<>();
        boolean inCommand = false;
        for (String line : paragraphs(usage.footer())) {
            lines.addAll(inCommand ? command(line, usage.width()) : fitted(line, usage.width()));
            inCommand = line.endsWith(CONTINUES);
        }
        return lines.stream().map(line -> line + System.lineSeparator()).collect(Collectors.joining());
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

    /**
     * Fits one line. If an example is too long together with its comment, the comment is printed above it. What is
     * printed can be pasted into a shell: each line of a comment is one, and a command goes on after a backslash.
     */
    static List<String> fitted(String line, int width) {
        int comment = line.lastIndexOf(COMMENT);
        if (line.length() <= width || !COMMAND.matcher(line).lookingAt()) {
            return Wrapping.lines(line, width, line.startsWith(" ") ? CONTINUED : 0);
        }
        if (comment < 0) {
            return command(line, width);
        }
        return Stream.concat(
                        comment(line.substring(comment + COMMENT.length()), width),
                        command(line.substring(0, comment).stripTrailing(), width).stream())
                .toList();
    }

    private static Stream<String> comment(String text, int width) {
        return Wrapping.lines(text, width - INDENTED_COMMENT.length(), 0).stream()
                .map(INDENTED_COMMENT::concat);
    }

    /** Breaks a command between its words, but not within quotes, where a line break would belong to the word. */
    private static List<String> command(String line, int width) {
        if (line.length() <= width) {
            return List.of(line);
        }
        boolean goesOn = line.endsWith(CONTINUES);
        String text = goesOn ? line.substring(0, line.length() - CONTINUES.length()) : line;
        String whole = QUOTED.matcher(text)
                .replaceAll(quoted -> Matcher.quoteReplacement(quoted.group().replace(' ', QUOTED_SPACE)));
        List<String> lines = Wrapping.lines(whole, width - CONTINUES.length(), CONTINUED);
        return IntStream.range(0, lines.size())
                .mapToObj(i ->
                        lines.get(i).replace(QUOTED_SPACE, ' ') + (goesOn || i < lines.size() - 1 ? CONTINUES : ""))
                .toList();
    }
}
