package dev.weft.identity.bundle;

import dev.weft.identity.spiffe.PeerText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON from untrusted sources: exactly RFC 8259, in UTF-8, of limited depth. A member that occurs twice in an
 * object is an error (RFC 7517 section 4 lets a reader choose). The JSON library accepts wrong encodings and unpaired
 * surrogates; this reader does not.
 */
final class JsonReader {

    /** Deepest nesting; a bundle map has five levels. */
    static final int MAX_DEPTH = 16;

    /** The library's own depth limit is a little higher than ours, because our error message is clearer. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH + 2)
                    .build())
            .build();

    private final JsonParser parser;

    private JsonReader(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws InvalidBundleException if the bytes are not JSON, or exceed a limit */
    static JsonValue read(byte[] utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidBundleException("JSON: not UTF-8 (RFC 8259 section 8.1)", e);
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            JsonValue value = new JsonReader(parser).value(parser.nextToken(), 0);
            if (parser.nextToken() != null) {
                throw malformed(parser.currentTokenLocation());
            }
            return value;
        } catch (JacksonException e) {
            // The library's message quotes untrusted input.
            throw malformed(e.getLocation());
        }
    }

    private JsonValue value(@Nullable JsonToken token, int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidBundleException("JSON: nested deeper than " + MAX_DEPTH + " levels");
        }
        return switch (token) {
            case START_OBJECT -> members(depth);
            case START_ARRAY -> items(depth);
            case VALUE_STRING -> new JsonValue.Text(whole(parser.getString()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.Numeral(parser.getString());
            case VALUE_TRUE -> JsonValue.Literal.TRUE;
            case VALUE_FALSE -> JsonValue.Literal.FALSE;
            case VALUE_NULL -> JsonValue.Literal.NULL;
            case null, default -> throw malformed(parser.currentTokenLocation());
        };
    }

    private JsonValue members(int depth) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            if (members.putIfAbsent(whole(name), value(parser.nextToken(), depth + 1)) != null) {
                throw new InvalidBundleException("JSON: member " + PeerText.quote(name) + " is there twice");
            }
        }
        return new JsonValue.Members(members);
    }

    private JsonValue items(int depth) {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(token, depth + 1));
        }
        return new JsonValue.Items(items);
    }

    /** Refuses unpaired surrogates, which can only come from an escape and are not characters. */
    private String whole(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new InvalidBundleException("JSON: half a surrogate pair in a string");
        }
        return text;
    }

    private static InvalidBundleException malformed(@Nullable TokenStreamLocation at) {
        return new InvalidBundleException(
                at == null
                        ? "JSON: malformed"
                        : "JSON: malformed at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()));
    }
}
