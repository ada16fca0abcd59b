package dev.weft.daemon.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON (RFC 8259) from maps, collections, strings, numbers, booleans and null, and reads it. */
public final class Json {
    /** Deepest nesting that is accepted on reading. */
    static final int MAX_DEPTH = 16;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /**
     * Returns the value as JSON on one line. Values of other types are written as the string of their {@code toString}.
     */
    public static String write(@Nullable Object value) {
        return new JsonWriter().value(value).toString();
    }

    /**
     * Reads one JSON value: a map, a list, a string, a number, a boolean or null. No member may occur twice in an
     * object.
     *
     * @throws IllegalArgumentException if the text is not JSON, or nested deeper than 16 levels; the message says where
     */
    public static @Nullable Object read(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            Object value = value(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw notJson(parser.currentTokenLocation());
            }
            return value;
        } catch (JacksonException e) {
            // The cause is dropped on purpose: its message quotes the text, which may hold a key.
            throw notJson(e.getLocation());
        }
    }

    private static @Nullable Object value(JsonParser parser, @Nullable JsonToken token) {
        return switch (token) {
            case START_OBJECT -> members(parser);
            case START_ARRAY -> items(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case null, default -> throw notJson(parser.currentTokenLocation());
        };
    }

    private static Map<String, @Nullable Object> members(JsonParser parser) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            members.put(name, value(parser, parser.nextToken()));
        }
        return members;
    }

    private static List<@Nullable Object> items(JsonParser parser) {
        List<@Nullable Object> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(parser, token));
        }
        return items;
    }

    private static IllegalArgumentException notJson(@Nullable TokenStreamLocation location) {
        return new IllegalArgumentException(
                location == null
                        ? "not JSON"
                        : "not JSON, line " + location.getLineNr() + ", column " + location.getColumnNr());
    }
}
