package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http.FirstLine.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstLineTest {
    private static @Nullable Kind look(FirstLine line, String octets) {
        ByteBuf data = Unpooled.copiedBuffer(octets, StandardCharsets.ISO_8859_1);
        try {
            return line.look(data);
        } finally {
            data.release();
        }
    }

    private static @Nullable Kind of(String octets) {
        Kind whole = look(new FirstLine(), octets);
        FirstLine pieces = new FirstLine();
        Kind kind = null;
        for (int i = 0; i < octets.length() && kind == null; i++) {
            kind = look(pieces, octets.substring(i, i + 1));
        }
        assertThat(kind).as("octet by octet").isEqualTo(whole);
        return whole;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "get /",
                "M-SEARCH * HTTP/",
                "OPTIONS * http/1.1\n",
                "GET http://api",
                "CONNECT HTTPS",
                "CONNECT db:5432 HTTP/",
                "\r\n\r\nGET /",
                " \tGET\u000b\f/",
                "GET\u00a0/",
                "GET\r/",
                "GET \r/",
                "GET\r\r/",
                "GET a\rHTTP/1.1",
                "GET x y HHTTP/",
                "PRI * HTTP/1",
                "PRI * HTTP/2.0\r\n\r\nSX",
            })
    void whatAnyApplicationMightTakeForARequestIsHttp1(String octets) {
        assertThat(of(octets)).isEqualTo(Kind.HTTP1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0"})
    void thePrefaceIsHttp2(String octets) {
        assertThat(of(octets)).isEqualTo(Kind.HTTP2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0",
                "\u0016\u0003\1",
                "{",
                "GET\0/",
                "GET\r\n",
                "GET/",
                "EHLO mail.example\r\n",
                "get a http\r\n",
                "GET \r\n/",
                "GET\r\r\n/",
                "AMQP\0\0\t\1",
                "SSH-2.0-x\r\n",
                "*1\r\n$4\r\nPING\r\n",
                "a b HTTP\n/",
            })
    void whatNoneWouldIsBytes(String octets) {
        assertThat(of(octets)).isEqualTo(Kind.BYTES);
    }

    @Test
    void whatIsNotClearAfterALongLineIsBytes() {
        String line = "GET " + "a".repeat(FirstLine.MOST - 4);
        assertThat(of(line)).isNull();
        assertThat(of(line + "a")).isEqualTo(Kind.BYTES);
        assertThat(of(line + "a HTTP/1.1")).isEqualTo(Kind.BYTES);
        assertThat(of("\n".repeat(FirstLine.MOST + 1))).isEqualTo(Kind.BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\r\n", "GET", "GET ", "GET key", "GET\r", "get a http\r", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r"})
    void theRestIsNotClearYet(String octets) {
        assertThat(of(octets)).isNull();
    }
}
