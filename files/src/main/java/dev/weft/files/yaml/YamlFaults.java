package dev.weft.files.yaml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

/** Finds the line of an error that the parser reports without a place. */
final class YamlFaults {

    /**
     * An error and its place.
     *
     * @param line from 1
     */
    record Fault(int line, String reason) {}

    private YamlFaults() {}

    /** Returns the error that the parser has found in this text; empty if it is of an unknown kind. */
    static Optional<Fault> find(String text, LoadSettings settings) {
        Optional<Fault> character = character(text);
        return character.isPresent()
                ? character
                : version(text).or(() -> alias(text, settings)).or(() -> key(text, settings));
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

    /** Finds the first alias that stands for a collection. */
    private static Optional<Fault> alias(String text, LoadSettings settings) {
        Set<Anchor> collections = new HashSet<>();
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                if (event instanceof CollectionStartEvent start) {
                    start.getAnchor().ifPresent(collections::add);
                } else if (event instanceof AliasEvent alias && collections.contains(alias.getAlias())) {
                    int line = alias.getStartMark().map(Mark::getLine).orElse(0) + 1;
                    return Optional.of(new Fault(
                            line,
                            "'*" + alias.getAlias()
                                    + "' stands for a list or a map, which is not taken: write it out"));
                }
            }
        } catch (YamlEngineException _) {
            // The text has another error.
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

    /** Finds the first key that is a collection. */
    private static Optional<Fault> key(String text, LoadSettings settings) {
        Deque<Level> levels = new ArrayDeque<>();
        levels.push(new Level(false));
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                if (event instanceof CollectionStartEvent start) {
                    if (levels.element().keyNext()) {
                        int line = start.getStartMark().map(Mark::getLine).orElse(0) + 1;
                        return Optional.of(new Fault(line, "a list or a map as a key (expected: a name)"));
                    }
                    levels.push(new Level(start instanceof MappingStartEvent));
                } else if (event instanceof CollectionEndEvent) {
                    levels.pop();
                    levels.element().passed();
                } else if (event instanceof NodeEvent) {
                    levels.element().passed();
                }
            }
        } catch (YamlEngineException _) {
            // The text has another error.
        }
        return Optional.empty();
    }
}
