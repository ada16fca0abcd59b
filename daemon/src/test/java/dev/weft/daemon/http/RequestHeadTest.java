package dev.weft.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    private static Optional<RequestHead> parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return RequestHead.parse(bytes, bytes.length);
    }

    @Test
    void readsARequest() {
        RequestHead head = parse("GET /healthz?a=b HTTP/1.1\r\nHost: x\r\nX-Empty:\r\n\r\n")
                .orElseThrow();
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.target()).isEqualTo("/healthz?a=b");
        assertThat(head.fields())
                .containsExactly(new RequestHead.Field("Host", "x"), new RequestHead.Field("X-Empty", ""));
        assertThat(head.reads()).isTrue();
        assertThat(head.standsAlone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "GET / HTTP/1.1\n\n",
                "GET  / HTTP/1.1\r\n\r\n",
                "GET /\r\n\r\n",
                "GET / HTTP/2.0\r\n\r\n",
                "GET / HTTP/1.1 \r\n\r\n",
                "G(T / HTTP/1.1\r\n\r\n",
                " GET / HTTP/1.1\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\n\r\n",
                "GET http://x/ HTTP/1.1\r\n\r\n",
                "GET * HTTP/1.1\r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost\r\n\r\n",
                "GET / HTTP/1.1\r\n: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\ny: z\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: \u0000\r\n\r\n"
            })
    void refusesWhatIsNotExactlyAHead(String text) {
        assertThat(parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked",
                "transfer-encoding: identity",
                "Content-Length: 1",
                "Content-Length: 0, 5",
                "CONTENT-LENGTH: +0",
                "Upgrade: websocket",
                "Expect: 100-continue"
            })
    void doesNotStandAloneWhenSomethingMayFollow(String field) {
        RequestHead head = parse("GET / HTTP/1.1\r\n" + field + "\r\n\r\n").orElseThrow();
        assertThat(head.standsAlone()).isFalse();
    }

    @Test
    void onlyGetAndHeadRead() {
        assertThat(parse("HEAD / HTTP/1.0\r\n\r\n").orElseThrow().reads()).isTrue();
        assertThat(parse("POST / HTTP/1.1\r\n\r\n").orElseThrow().reads()).isFalse();
        assertThat(parse("get / HTTP/1.1\r\n\r\n").orElseThrow().reads()).isFalse();
    }

    @Test
    void becomesAProbeWithNoMoreThanAProbeNeeds() {
        String head = """
            GET / HTTP/1.1
            Connection: keep-alive
            Keep-Alive: 5
            HOST: x
            User-Agent: kube-probe/1.36
            Accept: */*
            X-Forwarded-For: 127.0.0.1
            Authorization: Basic eA==
            Cookie: a=b
            X-User: root

            """;
        String probe = """
            GET / HTTP/1.1
            HOST: x
            User-Agent: kube-probe/1.36
            Accept: */*
            Connection: close

            """;
        assertThat(parse(head.replace("\n", "\r\n")).orElseThrow().asProbe()).isEqualTo(probe.replace("\n", "\r\n"));
    }

    @Test
    void aProbeNamesOneHost() {
        assertThat(parse("GET / HTTP/1.1\r\nHost: x\r\n\r\n").orElseThrow().namesOneHost())
                .isTrue();
        assertThat(parse("GET / HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n")
                        .orElseThrow()
                        .namesOneHost())
                .isFalse();
    }

    @Test
    void findsTheEndOfAHeadAndNothingBefore() {
        byte[] bytes = "GET / HTTP/1.1\r\n\r\nmore".getBytes(StandardCharsets.US_ASCII);
        assertThat(RequestHead.length(bytes, bytes.length)).isEqualTo(18);
        assertThat(RequestHead.length(bytes, 17)).isEqualTo(-1);
        assertThat(RequestHead.length(bytes, 0)).isEqualTo(-1);
    }

    @Test
    void readsAgainWhatItWrites() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] alphabet = "GET / HTTP/1.1\r\n:aA\t\u0000".getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 20_000; i++) {
            byte[] tail = new byte[random.nextInt(24)];
            for (int j = 0; j < tail.length; j++) {
                tail[j] = alphabet[random.nextInt(alphabet.length)];
            }
            String text = "GET / HTTP/1.1\r\n" + new String(tail, StandardCharsets.ISO_8859_1) + "\r\n\r\n";
            parse(text)
                    .ifPresent(head -> assertThat(parse(head.asProbe()))
                            .as("seed %d, %s", seed, text)
                            .hasValueSatisfying(again -> {
                                assertThat(again.target()).isEqualTo(head.target());
                                assertThat(again.standsAlone()).isTrue();
                            }));
        }
    }
}
