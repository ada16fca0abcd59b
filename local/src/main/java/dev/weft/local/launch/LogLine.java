package dev.weft.local.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Formats a log line for people. */
public final class LogLine {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> SHOWN_FIRST = Set.of("time", "level", "logger", "message");

    /** Control characters, which may come from peers: they must not reach a terminal, nor start new lines. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

    private LogLine() {}

    /**
     * Returns {@code "WARN message name=value"} for a JSON line of Weft's own programs, and every other line unchanged.
     */
    public static String forPeople(String line) {
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
        words.add(json.path("level").asString().toUpperCase(Locale.ROOT));
        words.add(json.path("message").asString());
        json.properties().forEach(field -> {
            if (!SHOWN_FIRST.contains(field.getKey()) && !field.getValue().isNull()) {
                words.add(field.getKey() + "=" + text(field.getValue()));
            }
        });
        return CONTROL.matcher(String.join(" ", words)).replaceAll("?");
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asString() : value.toString();
    }
}
