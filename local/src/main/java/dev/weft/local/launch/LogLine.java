package dev.weft.local.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A line of a log as a person reads it. */
public final class LogLine {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> SHOWN_FIRST = Set.of("time", "level", "logger", "message");

    /** Of what peers have said, to a terminal: never as they are, nor as further lines. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

    private LogLine() {}

    /** {@code "WARN message name=value"} for a line of JSON as Weft's own programs write it; every other line as it is. */
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
