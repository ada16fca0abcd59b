package dev.weft.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.FieldChange;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangesTest {
    @ParameterizedTest
    @CsvSource({
        "/a,     /x, 1, /x",
        "/a/,    /x, 1, /x/",
        "/a/b?q, /x, 1, /x/b?q",
        "/a/b?/, '', 1, /b?/",
        "/a?q/r, '', 1, /?q/r",
        "/%61/%62/c, /x/y, 2, /x/y/c",
        "/b/c,   /x, 0, /x/b/c",
        "/,      /x, 0, /x/"
    })
    void aPrefixIsChangedAndTheRestStaysAsItWasSent(String target, String prefix, int elements, String expected) {
        assertThat(new PathChange.Prefix(prefix).apply(target, elements)).isEqualTo(expected);
    }

    @Test
    void aWholePathIsChangedAndTheQueryStays() {
        assertThat(new PathChange.Full("/x").apply("/a/b?c=/d?", 1)).isEqualTo("/x?c=/d?");
    }

    @ParameterizedTest
    @CsvSource({
        "'',    '',     0,    x:8080, http://x:8080/a?q",
        "'',    '',     0,    x,      http://x/a?q",
        "https, '',     0,    x:8080, https://x/a?q",
        "https, '',     443,  x:8080, https://x/a?q",
        "http,  '',     80,   x:8080, http://x/a?q",
        "'',    '',     8443, x:8080, http://x:8443/a?q",
        "https, y.test, 8443, x:8080, https://y.test:8443/a?q",
        "'',    '',     0,    [::1]:8080, http://[::1]:8080/a?q",
        "https, '',     0,    '',     /a?q"
    })
    void aRedirectSaysWhereTo(String scheme, String hostname, int port, String authority, String expected) {
        assertThat(new Redirect(scheme, hostname, port, 302, null).location(authority, "/a?q", 1))
                .isEqualTo(expected);
        assertThat(new Redirect(scheme, hostname, port, 302, new PathChange.Prefix("/x/y"))
                        .location(authority, "/a?q", 1))
                .isEqualTo(expected.replace("/a?q", "/x/y?q"));
    }

    @Test
    void aRetryIsOfSomeStatusesAndWaitsLongerEachTime() {
        Retry retry = new Retry(Set.of(503), 2, Duration.ofMillis(100));
        assertThat(retry.again(503, 0)).isTrue();
        assertThat(retry.again(503, 2)).isFalse();
        assertThat(retry.again(500, 0)).isFalse();
        assertThat(retry.waitMillis(0)).isEqualTo(100);
        assertThat(retry.waitMillis(3)).isEqualTo(800);
        assertThat(retry.waitMillis(10)).isEqualTo(Retry.MAX_BACKOFF.toMillis());
    }

    @Test
    void changesOfTheBackendComeAfterThoseOfTheRule() {
        FieldChanges changes = FieldChanges.of(
                List.of(change(FieldChange.Kind.ADD, "X-A", "1"), change(FieldChange.Kind.SET, "x-b", "2")),
                List.of(change(FieldChange.Kind.SET, "x-a", "3"), change(FieldChange.Kind.REMOVE, "x-c", "")));
        assertThat(changes.dropped()).containsExactlyInAnyOrder("x-a", "x-b", "x-c");
        assertThat(changes.added())
                .containsExactly(new FieldChanges.Field("x-b", "2"), new FieldChanges.Field("x-a", "3"));
        assertThat(FieldChanges.NONE.isEmpty()).isTrue();
    }

    private static FieldChange change(FieldChange.Kind kind, String name, String value) {
        return FieldChange.newBuilder()
                .setKind(kind)
                .setName(name)
                .setValue(value)
                .build();
    }
}
