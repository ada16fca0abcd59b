package dev.weft.identity.bundle;

import dev.weft.identity.spiffe.PeerText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON that somebody else wrote: exactly RFC 8259, in UTF-8, no member twice in an object (RFC 7517 section 4 lets a
 * reader choose), of limited depth. Its own, as readers at hand are lenient about duplicates, comments or quotes, and
 * sidecars read bundles too.
 */
final class JsonReader {

    /** Deepest nesting; a bundle map has five levels. */
    static final int MAX_DEPTH = 16;

    private static final int FIRST_PRINTABLE = 0x20;
    private static final int HEX_DIGITS = 4;
    private static final int HEX = 16;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** @throws InvalidBundleException if it is not JSON, or goes beyond a limit */
    static Json read(byte[] utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidBundleException("JSON: not UTF-8 (RFC 8259 section 8.1)", e);
        }
        JsonReader reader = new JsonReader(text);
        Json value = reader.value(0);
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.unexpected("the end");
        }
        return value;
    }

    private Json value(int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidBundleException("JSON: nested deeper than " + MAX_DEPTH + " levels at character " + at);
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> items(depth);
            case '"' -> new Json.Text(string());
            case 't' -> literal("true", Json.Literal.TRUE);
            case 'f' -> literal("false", Json.Literal.FALSE);
            case 'n' -> literal("null", Json.Literal.NULL);
            default -> number();
        };
    }

    private Json members(int depth) {
        at++;
        Map<String, Json> members = new LinkedHashMap<>();
        skipSpace();
        if (peek() == '}') {
            at++;
            return new Json.Members(members);
        }
        while (true) {
            skipSpace();
            if (peek() != '"') {
                throw unexpected("a member's name in quotes");
            }
            String name = string();
            skipSpace();
            expect(':');
            if (members.putIfAbsent(name, value(depth + 1)) != null) {
                throw new InvalidBundleException("JSON: member " + PeerText.quote(name) + " is there twice");
            }
            skipSpace();
            if (peek() == '}') {
                at++;
                return new Json.Members(members);
            }
            expect(',');
        }
    }

    private Json items(int depth) {
        at++;
        List<Json> items = new ArrayList<>();
        skipSpace();
        if (peek() == ']') {
            at++;
            return new Json.Items(items);
        }
        while (true) {
            items.add(value(depth + 1));
            skipSpace();
            if (peek() == ']') {
                at++;
                return new Json.Items(items);
            }
            expect(',');
        }
    }

    private String string() {
        at++;
        StringBuilder out = new StringBuilder();
        while (true) {
            char c = peek();
            if (c < FIRST_PRINTABLE) {
                throw unexpected("a string's end");
            }
            at++;
            if (c == '"') {
                return whole(out);
            }
            out.append(c == '\\' ? escaped() : c);
        }
    }

    /** Half a surrogate pair, which only an escape can smuggle in, is no character. */
    private String whole(StringBuilder out) {
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < out.length() && Character.isLowSurrogate(out.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new InvalidBundleException("JSON: half a surrogate pair in the string before character " + at);
            }
        }
        return out.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw unexpected("an escape of JSON");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < HEX_DIGITS; i++) {
            char c = peek();
            int digit = c < 0x80 ? Character.digit(c, HEX) : -1;
            if (digit < 0) {
                throw unexpected("a hexadecimal digit");
            }
            code = code * HEX + digit;
            at++;
        }
        return (char) code;
    }

    private Json literal(String word, Json.Literal literal) {
        if (!text.startsWith(word, at)) {
            throw unexpected(word);
        }
        at += word.length();
        return literal;
    }

    private Json number() {
        int from = at;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (peek() == '.') {
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
        return new Json.Numeral(text.substring(from, at));
    }

    private void digits() {
        int from = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == from) {
            throw unexpected("a value");
        }
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void expect(char c) {
        if (peek() != c) {
            throw unexpected("'" + c + "'");
        }
        at++;
    }

    /** The next character; NUL, which JSON has nowhere, at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private InvalidBundleException unexpected(String expected) {
        String found = at < text.length() ? PeerText.quote(text.substring(at, at + 1)) : "the end";
        return new InvalidBundleException("JSON: " + found + " at character " + at + " (expected: " + expected + ")");
    }
}
