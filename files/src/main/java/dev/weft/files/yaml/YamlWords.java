package dev.weft.files.yaml;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates the parser's error messages, which use the terms of the YAML grammar, to words for the author of a file.
 */
final class YamlWords {

    /**
     * A message of the parser.
     *
     * @param words may refer to groups of the pattern, such as {@code $1}
     */
    private record Complaint(Pattern parser, String words) {}

    private static final List<Complaint> COMPLAINTS = List.of(
            complaint(
                    "expected <block end>.*|expected '<document start>'.*",
                    "this line is not indented as those above it"),
            complaint("mapping values are not allowed here", "a second ':' in a line; put a value with ': ' in quotes"),
            complaint("found character '\\\\t.*|found character '\t.*", "a tab; YAML is indented with blanks"),
            complaint(
                    "found character '?(.)[^ ]* that cannot start any token.*",
                    "a value cannot begin with $1; put it in quotes"),
            complaint("could not find expected ':'", "a key without ':', or a line that is indented too little"),
            complaint("expected ',' or '([]}])'.*", "',' or '$1' is missing"),
            complaint("found unexpected end of stream|unexpected end of stream", "a quote that is not closed"),
            complaint("found duplicate key (.*)|duplicate key (.*)", "the key $1 is there twice"),
            complaint("found unknown escape character (.*)", "an escape that YAML does not have: $1"),
            complaint(
                    "expected alphabetic or numeric character.*",
                    "a '&' or '*' without a name; put the value in quotes"),
            complaint("undefined alias (.*)|found undefined alias (.*)", "'*$1' stands for nothing; put it in quotes"),
            complaint("block sequence entries are not allowed here", "a '-' of a list in the middle of a line"),
            complaint("did not find expected .*|expected the node content.*", "something is missing before this"));

    private YamlWords() {}

    private static Complaint complaint(String parser, String words) {
        return new Complaint(Pattern.compile(parser, Pattern.DOTALL), words);
    }

    /** Returns the message in plain words if it is known, otherwise the parser's own message. */
    static String of(String problem) {
        for (Complaint complaint : COMPLAINTS) {
            Matcher matcher = complaint.parser().matcher(problem);
            if (matcher.matches()) {
                String group = matcher.groupCount() == 0 || matcher.group(1) == null ? "" : matcher.group(1);
                return complaint.words().replace("$1", group);
            }
        }
        return problem;
    }
}
