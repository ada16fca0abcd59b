package dev.weft.proxy.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenTest {
    private static @Nullable Spoken by(String first) {
        ByteBuf octets = Unpooled.copiedBuffer(first, StandardCharsets.ISO_8859_1);
        try {
            return Spoken.by(octets);
        } finally {
            octets.release();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "POST /a?b HTTP/1.0\r\nHost: x\r\n",
                "OPTIONS * HTTP/1.1\r\n",
                "PRI /x HTTP/1.1\r\n",
                "M-SEARCH /x HTTP/1.1\r\n"
            })
    void aRequestLineIsHttp1(String first) {
        assertThat(by(first)).isEqualTo(Spoken.HTTP1);
    }

    @Test
    void thePrefaceIsHttp2() {
        assertThat(by("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo(Spoken.HTTP2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get / HTTP/1.1\r\n",
                " GET / HTTP/1.1\r\n",
                "GET / HTTP/1.1\n",
                "GET / HTTP/2.0\r\n",
                "GET HTTP/1.1\r\n",
                "PRI * HTTP/2.0\r\n\r\nXX",
                "EHLO mail.example.org\r\n",
                "\u0016\u0003\u0001\u0002\u0000",
                "\u0000\u0000\u0000\u0008",
                "GET /\u0001 HTTP/1.1\r\n",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void allElseIsBytes(String first) {
        assertThat(by(first)).isEqualTo(Spoken.BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"})
    void doesNotDependOnHowTheOctetsAreCut(String whole) {
        for (int cut = 0; cut < whole.length(); cut++) {
            assertThat(by(whole.substring(0, cut)))
                    .as("the first %d octets", cut)
                    .isNull();
        }
        assertThat(by(whole)).isNotNull();
    }

    @Test
    void waitsForNoLineWithoutEnd() {
        assertThat(by("GET /" + "a".repeat(Spoken.MOST - 6))).isNull();
        assertThat(by("GET /" + "a".repeat(Spoken.MOST))).isEqualTo(Spoken.BYTES);
    }
}
