package dev.weft.files.yaml;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates the parser's error messages, which use the terms of the YAML grammar, to words for the author of a file.
 */
final class YamlMessages {

    /**
     * A message of the parser.
     *
     * @param words may refer to groups of the pattern, such as {@code $1}
     */
    private record Translation(Pattern parser, String words) {}

    private static final List<Translation> TRANSLATIONS = List.of(
            translation(
                    "expected <block end>.*|expected '<document start>'.*",
                    "this line is not indented as those above it"),
            translation(
                    "mapping values are not allowed here", "a second ':' in a line; put a value with ': ' in quotes"),
            translation("found character '\\\\t.*|found character '\t.*", "a tab; YAML is indented with blanks"),
            translation(
                    "found character '?(.)[^ ]* that cannot start any token.*",
                    "a value cannot begin with $1; put it in quotes"),
            translation("could not find expected ':'", "a key without ':', or a line that is indented too little"),
            translation("expected ',' or '([]}])'.*", "',' or '$1' is missing"),
            translation("found unexpected end of stream|unexpected end of stream", "a quote that is not closed"),
            translation("found duplicate key (.*)|duplicate key (.*)", "the key $1 is there twice"),
            translation("found unknown escape character (.*)", "an escape that YAML does not have: $1"),
            translation(
                    "expected alphabetic or numeric character.*",
                    "a '&' or '*' without a name; put the value in quotes"),
            translation(
                    "undefined alias (.*)|found undefined alias (.*)", "'*$1' stands for nothing; put it in quotes"),
            translation("block sequence entries are not allowed here", "a '-' of a list in the middle of a line"),
            translation("did not find expected .*|expected the node content.*", "something is missing before this"));

    private YamlMessages() {}

    private static Translation translation(String parser, String words) {
        return new Translation(Pattern.compile(parser, Pattern.DOTALL), words);
    }

    /** Returns the message in plain words if it is known, otherwise the parser's own message. */
    static String of(String problem) {
        for (Translation complaint : TRANSLATIONS) {
            Matcher matcher = complaint.parser().matcher(problem);
            if (matcher.matches()) {
                String group = matcher.groupCount() == 0 || matcher.group(1) == null ? "" : matcher.group(1);
                return complaint.words().replace("$1", group);
            }
        }
        return problem;
    }
}
