package dev.weft.files.yaml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The errors of the parser, for the author of a file: in words other than the terms of the YAML grammar, and with the
 * line where the parser reports none.
 */
final class YamlFaults {

    /**
     * An error and its place.
     *
     * @param line from 1
     */
    record Fault(int line, String reason) {}

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

    private YamlFaults() {}

    /** Returns the error that the parser has found in this text; empty if it is of an unknown kind. */
    static Optional<Fault> find(String text, LoadSettings settings) {
        return character(text).or(() -> version(text)).or(() -> collection(text, settings));
    }

    private static Optional<Fault> character(String text) {
        int line = 1;
        for (int at = 0; at < text.length(); ) {
            int character = text.codePointAt(at);
            if (!StreamReader.isPrintable(character)) {
                return Optional.of(
                        new Fault(line, "not YAML: a character that cannot be in a text, U+%04X".formatted(character)));
            }
            line += character == '\n' ? 1 : 0;
            at += Character.charCount(character);
        }
        return Optional.empty();
    }

    private static Optional<Fault> version(String text) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("%YAML") && !lines.get(i).startsWith("%YAML 1.")) {
                return Optional.of(new Fault(i + 1, "not YAML: of a version that is not known (expected: 1.2)"));
            }
        }
        return Optional.empty();
    }

    /** A collection that is being read; in a map, keys and values take turns. */
    private static final class Level {
        private final boolean map;
        private boolean valueNext;

        Level(boolean map) {
            this.map = map;
        }

        boolean keyNext() {
            return map && !valueNext;
        }

        void passed() {
            valueNext = !valueNext;
        }
    }

    /** Finds the first key that is a collection, or alias that stands for one. */
    private static Optional<Fault> collection(String text, LoadSettings settings) {
        Set<Anchor> collections = new HashSet<>();
        Deque<Level> levels = new ArrayDeque<>();
        levels.push(new Level(false));
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                if (event instanceof CollectionStartEvent start) {
                    start.getAnchor().ifPresent(collections::add);
                    if (levels.element().keyNext()) {
                        return fault(event, "a list or a map as a key (expected: a name)");
                    }
                    levels.push(new Level(start instanceof MappingStartEvent));
                    continue;
                }
                if (event instanceof AliasEvent alias && collections.contains(alias.getAlias())) {
                    return fault(
                            event,
                            "'*" + alias.getAlias() + "' stands for a list or a map, which is not taken: write it out");
                }
                if (event instanceof CollectionEndEvent) {
                    levels.pop();
                }
                if (event instanceof CollectionEndEvent || event instanceof NodeEvent) {
                    levels.element().passed();
                }
            }
        } catch (YamlEngineException _) {
            // The text has another error.
        }
        return Optional.empty();
    }

    private static Optional<Fault> fault(Event event, String reason) {
        return Optional.of(new Fault(event.getStartMark().map(Mark::getLine).orElse(0) + 1, reason));
    }

    private static Translation translation(String parser, String words) {
        return new Translation(Pattern.compile(parser, Pattern.DOTALL), words);
    }

    /** Returns the message in plain words if it is known, otherwise the parser's own message. */
    static String plain(String problem) {
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
