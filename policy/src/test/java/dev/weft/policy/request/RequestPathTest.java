package dev.weft.policy.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.policy.request.UnacceptablePathException.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestPathTest {

    private static final int TRIES = 20_000;

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "*, *",
        "'', /",
        "?q=1, /",
        "/orders, /orders",
        "/orders/, /orders/",
        "/orders?a=../b//c, /orders",
        "/%6frders, /orders",
        "/a%2dz%2E%5f%7Eb, /a-z._~b",
        "/%c3%a9, /%C3%A9",
        "/%C3%A9%41, /%C3%A9A",
        "/a%20b, /a%20b",
        "/a%21b%40c, /a!b@c",
        "/a|b, /a|b",
        "/a%7cb, /a|b",
        "/100%25, /100%25",
        "/what%3f%23, /what%3F%23",
        "/..., /...",
        "/.well-known/x, /.well-known/x",
        "/a..b/.c, /a..b/.c",
    })
    void hasOneForm(String target, String expected) throws UnacceptablePathException {
        assertThat(RequestPath.normalize(target)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "orders, NOT_ABSOLUTE",
        "http://api.example/x, NOT_ABSOLUTE",
        "**, NOT_ABSOLUTE",
        "/a b, NOT_VISIBLE_ASCII",
        "/é, NOT_VISIBLE_ASCII",
        "/a?b c, NOT_VISIBLE_ASCII",
        "/a#b, FRAGMENT",
        "/a?b#c, FRAGMENT",
        "/a\\b, BACKSLASH",
        "/a%5cb, ENCODED_SEPARATOR",
        "/a%2fb, ENCODED_SEPARATOR",
        "/a%2Fb, ENCODED_SEPARATOR",
        "/a%3bb, ENCODED_SEPARATOR",
        "/a;v=1, PARAMETERS",
        "/a/..;/admin, PARAMETERS",
        "//, EMPTY_SEGMENT",
        "//host/a, EMPTY_SEGMENT",
        "/a//b, EMPTY_SEGMENT",
        "/a//, EMPTY_SEGMENT",
        "/., DOT_SEGMENT",
        "/.., DOT_SEGMENT",
        "/./a, DOT_SEGMENT",
        "/a/../b, DOT_SEGMENT",
        "/a/%2e%2E/b, DOT_SEGMENT",
        "/a/.%2e, DOT_SEGMENT",
        "/%2e, DOT_SEGMENT",
        "/%2e/?x, DOT_SEGMENT",
        "/%, BAD_ENCODING",
        "/%4, BAD_ENCODING",
        "/%zz, BAD_ENCODING",
        "/%4?1, BAD_ENCODING",
        "/%u0041, BAD_ENCODING",
        "/%00, ENCODED_CONTROL",
        "/a%0d%0ab, ENCODED_CONTROL",
        "/%1f, ENCODED_CONTROL",
        "/%7f, ENCODED_CONTROL",
        "/%252e%252e/a, ENCODED_TWICE",
        "/%25%32%65, ENCODED_TWICE",
        "/%c0%af, NOT_UTF8",
        "/%c0%ae%c0%ae/a, NOT_UTF8",
        "/%e0%80%af, NOT_UTF8",
        "/%ff, NOT_UTF8",
        "/%e9, NOT_UTF8",
    })
    void refusesWhatCanBeReadInTwoWays(String target, Shape shape) {
        assertThatExceptionOfType(UnacceptablePathException.class)
                .isThrownBy(() -> RequestPath.normalize(target))
                .satisfies(e -> assertThat(e.shape()).isEqualTo(shape))
                .withMessageContaining("not accepted");
    }

    @ParameterizedTest
    @ValueSource(chars = {'\0', '\t', '\r', '\n', 0x7f, 0x80, 0xff, 0x2028})
    void refusesOctetsOutsideVisibleAscii(char c) {
        assertThat(form("/a" + c)).isEmpty();
        assertThat(form("/a?" + c)).isEmpty();
    }

    @Test
    void refusesATargetThatIsTooLong() {
        assertThat(form("/" + "a".repeat(RequestPath.MAX_LENGTH - 1))).isPresent();
        assertThatExceptionOfType(UnacceptablePathException.class)
                .isThrownBy(() -> RequestPath.normalize("/" + "a".repeat(RequestPath.MAX_LENGTH)))
                .satisfies(e -> assertThat(e.shape()).isEqualTo(Shape.TOO_LONG));
    }

    @Test
    void leavesWhatHasTheFormAsItIs() throws UnacceptablePathException {
        String path = "/orders/42";
        assertThat(RequestPath.normalize(path)).isSameAs(path);
    }

    @Test
    void theFormOfAFormIsTheSame() {
        Random random = new Random(11);
        List<String> parts = List.of(
                "/", "a", "B", "..", ".", "%2e", "%2F", "%41", "%c3%a9", "%25", "%3f", "%", ";", "\\", "?", "#", "~",
                "%7E", "%20", "{", "é");
        int accepted = 0;
        for (int i = 0; i < TRIES; i++) {
            StringBuilder target = new StringBuilder("/");
            for (int j = random.nextInt(8); j > 0; j--) {
                target.append(parts.get(random.nextInt(parts.size())));
            }
            accepted += form(target.toString()).isPresent() ? 1 : 0;
            holds(target.toString());
        }
        assertThat(accepted).isBetween(TRIES / 20, TRIES * 19 / 20);
    }

    /** A caller cannot choose between forms: each way to encode an accepted path is refused, or gives the same. */
    @Test
    void encodingMoreOfAPathChangesNothing() {
        Random random = new Random(12);
        String path = "/Shop.v1/orders-7/~x/a!b$c&d'e(f)g*h+i,j=k:l@m/\"<>[]^`{|}";
        for (int i = 0; i < TRIES; i++) {
            StringBuilder encoded = new StringBuilder();
            for (int j = 0; j < path.length(); j++) {
                char c = path.charAt(j);
                boolean encode = random.nextInt(8) == 0;
                encoded.append(encode ? String.format(random.nextBoolean() ? "%%%02x" : "%%%02X", (int) c) : c);
            }
            form(encoded.toString()).ifPresent(form -> assertThat(form).isEqualTo(path));
        }
    }

    @FuzzTest
    void anyTargetIsRefusedOrHasTheForm(byte[] target) {
        holds(new String(target, StandardCharsets.ISO_8859_1));
    }

    private static void holds(String target) {
        form(target).ifPresent(form -> {
            assertThat(form(form)).as("the form of %s", target).contains(form);
            assertThat(form)
                    .matches("\\*|/[!-~]*")
                    .doesNotContain("//", "/../", "/./", ";", "\\", "?", "#", "%2F", "%5C", "%2E", "%0");
            assertThat("/" + form + "/").doesNotContain("/../", "/./");
        });
    }

    private static Optional<String> form(String target) {
        try {
            return Optional.of(RequestPath.normalize(target));
        } catch (UnacceptablePathException _) {
            return Optional.empty();
        }
    }
}
