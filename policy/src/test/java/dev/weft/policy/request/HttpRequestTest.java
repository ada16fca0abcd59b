package dev.weft.policy.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpRequestTest {

    @ParameterizedTest
    @CsvSource({
        "api.example, api.example",
        "API.Example., api.example",
        "'', ''",
        "[FD00::1], [fd00::1]",
        "[0:0:0:0:0:0:0:1], [::1]",
        "[::], [::]",
        "[1:0:0:2::], [1:0:0:2::]",
        "[1::2:0:0:3], [1::2:0:0:3]",
        "[1:0:0:2:0:0:3:4], [1::2:0:0:3:4]",
        "[1:0:2:3:4:5:6:7], [1:0:2:3:4:5:6:7]",
        "[fe80:0:0:0:0001::0], [fe80::1:0:0:0]",
        "[::FFFF:a00:1], [::ffff:10.0.0.1]",
        "[::ffff:10.0.0.1], [::ffff:10.0.0.1]",
        "[1::2::3], [1::2::3]",
        "[::1, [::1"
    })
    void aHostHasOneForm(String host, String expected) {
        assertThat(new HttpRequest("GET", "/", host, HttpRequest.Headers.NONE, false).host())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"GET, /a, true", "OPTIONS, *, true", "CONNECT, '', true", "GET, '', false", "GET, a, false"})
    void knowsPathsThatAServerCanBeAskedFor(String method, String path, boolean judgeable) {
        assertThat(new HttpRequest(method, path, "", HttpRequest.Headers.NONE, false).hasJudgeablePath())
                .isEqualTo(judgeable);
    }

    @Test
    void caseIsThatOfAsciiInEveryLanguage() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.of("tr"));
            assertThat(Ascii.lowerCase("INDEX")).isEqualTo("index");
        } finally {
            Locale.setDefault(before);
        }
        assertThat(Ascii.lowerCase("ÄK")).isEqualTo("Äk");
    }
}
