package dev.weft.control.state;

import dev.weft.daemon.json.Json;
import dev.weft.mesh.state.StateException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A JSON object of the state, as it was read. Every defect in it is reported as a {@link StateException}. */
public final class JsonFile {

    private final Path file;
    private final Map<?, ?> content;

    private JsonFile(Path file, Map<?, ?> content) {
        this.file = file;
        this.content = content;
    }

    /**
     * Parses the content of a file.
     *
     * @param file the file's name, for messages
     * @throws StateException if the content is not a JSON object
     */
    public static JsonFile of(Path file, String text) {
        try {
            if (Json.read(text) instanceof Map<?, ?> map) {
                return new JsonFile(file, map);
            }
        } catch (IllegalArgumentException e) {
            throw new StateException(file + " is damaged: " + e.getMessage(), e);
        }
        throw new StateException(file + " is damaged (expected: a JSON object)");
    }

    /** Returns a field that must exist. */
    public <T> T required(String name, Function<String, T> parse) {
        return optional(name, parse).orElseThrow(() -> new StateException(file + " lacks " + name));
    }

    /** Returns a field that may be missing. */
    public <T> Optional<T> optional(String name, Function<String, T> parse) {
        @Nullable Object value = content.get(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(value.toString()));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new StateException(file + ": " + name + ": " + e.getMessage(), e);
        }
    }

    /** Returns the objects of a list; none if it is missing. */
    public List<JsonFile> objects(String name) {
        List<JsonFile> objects = new ArrayList<>();
        if (content.get(name) instanceof List<?> list) {
            for (Object item : list) {
                if (!(item instanceof Map<?, ?> map)) {
                    throw new StateException(file + ": " + name + ": " + item + " (expected: an object)");
                }
                objects.add(new JsonFile(file, map));
            }
        }
        return objects;
    }
}
