package dev.weft.local.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A line of a log as a person reads it. */
final class LogLine {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> SHOWN_FIRST = Set.of("time", "level", "logger", "message");

    private LogLine() {}

    /** {@code "WARN message name=value"} for a line of JSON as Weft's own programs write it; every other line as it is. */
    static String forPeople(String line) {
        if (!line.startsWith("{")) {
            return line;
        }
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JacksonException _) {
            return line;
        }
        if (!json.path("level").isString() || !json.path("message").isString()) {
            return line;
        }
        List<String> words = new ArrayList<>();
        words.add(json.path("level").asString().toUpperCase(java.util.Locale.ROOT));
        words.add(json.path("message").asString());
        json.properties().forEach(field -> {
            if (!SHOWN_FIRST.contains(field.getKey())) {
                words.add(field.getKey() + "=" + field.getValue().asString());
            }
        });
        return String.join(" ", words);
    }
}
