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
}
