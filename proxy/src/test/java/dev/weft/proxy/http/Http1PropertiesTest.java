package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sound exchanges pass in the same way however they are cut, and Netty's codec understands what comes out as what was judged. */
@Timeout(60)
class Http1PropertiesTest {
    private static final int ROUNDS = 60;
    private static final int MOST_CONTENT = 1 << 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theSameComesOutWhereverTheBytesAreCut(long seed) {
        Http1Traffic traffic = new Http1Traffic(new Random(seed));
        String requests = traffic.requests.toString();
        String responses = String.join("", traffic.responses);
        for (int cut = 0; cut <= Math.max(requests.length(), responses.length()); cut++) {
            try (JudgedConnection connection = new JudgedConnection()) {
                connection.clientId = Http1Traffic.CLIENT_ID;
                int of = Math.min(cut, requests.length());
                connection.sends(requests.substring(0, of)).sends(requests.substring(of));
                int at = Math.min(cut, responses.length());
                connection.answers(responses.substring(0, at)).answers(responses.substring(at));
                assertPassed(connection, traffic);
            }
        }
        for (int piece = 1; piece < 5; piece++) {
            try (JudgedConnection connection = new JudgedConnection()) {
                connection.clientId = Http1Traffic.CLIENT_ID;
                assertPassed(connection.sends(requests, piece).answers(responses, piece), traffic);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void theSameComesOutHoweverBothDirectionsInterleave(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Http1Traffic traffic = new Http1Traffic(random);
            int few = 1 + random.nextInt(4);
            try (JudgedConnection connection = new JudgedConnection(few)) {
                connection.clientId = Http1Traffic.CLIENT_ID;
                interleave(connection, traffic, random);
                assertPassed(connection, traffic);
            }
        }
    }

    /** An application answers as soon as it has seen a head, or later. */
    private static void interleave(JudgedConnection connection, Http1Traffic traffic, Random random) {
        String requests = traffic.requests.toString();
        String responses = String.join("", traffic.responses);
        int sent = 0;
        int answered = 0;
        while (connection.refusal == null && (sent < requests.length() || answered < responses.length())) {
            int mayAnswer = traffic.responses.stream()
                    .limit(connection.allowed.size())
                    .mapToInt(String::length)
                    .sum();
            if (sent < requests.length() && (random.nextBoolean() || answered >= mayAnswer)) {
                int to = Math.min(requests.length(), sent + 1 + random.nextInt(100));
                connection.sends(requests.substring(sent, to));
                sent = to;
            } else {
                assertThat(mayAnswer)
                        .as("requests that reached the application")
                        .isGreaterThan(answered);
                int to = Math.min(mayAnswer, answered + 1 + random.nextInt(100));
                connection.answers(responses.substring(answered, to));
                answered = to;
            }
        }
    }

    private static void assertPassed(JudgedConnection connection, Http1Traffic traffic) {
        assertThat(connection.refusal).isNull();
        assertThat(connection.application).hasToString(traffic.toApplication.toString());
        assertThat(connection.caller).hasToString(traffic.toCaller.toString());
        assertThat(connection.gate.held()).isZero();
        assertThat(connection.gate.full()).isFalse();
        assertThat(connection.records)
                .hasSameSizeAs(traffic.methods)
                .allSatisfy(record -> assertThat(record.complete()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11, 12, 13})
    void nettyUnderstandsWhatComesOutAsWhatWasJudged(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Http1Traffic traffic = new Http1Traffic(random);
            try (JudgedConnection connection = new JudgedConnection()) {
                connection.clientId = Http1Traffic.CLIENT_ID;
                connection.sends(traffic.requests.toString()).answers(String.join("", traffic.responses));
                assertThat(requests(connection.atApplication())).isEqualTo(traffic.passed);
                assertThat(responses(traffic.methods, connection.atCaller())).isEqualTo(traffic.answered);
            }
        }
    }

    private static List<String> requests(String octets) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpServerCodec(), new HttpObjectAggregator(MOST_CONTENT));
        channel.writeInbound(JudgedConnection.buffer(octets));
        List<String> seen = new ArrayList<>();
        for (FullHttpRequest request = channel.readInbound(); request != null; request = channel.readInbound()) {
            assertThat(request.decoderResult().isSuccess()).isTrue();
            seen.add(request.method() + " " + request.uri() + " "
                    + request.content().toString(JudgedConnection.OCTETS));
            request.release();
        }
        channel.finishAndReleaseAll();
        return seen;
    }

    private static List<String> responses(List<String> methods, String octets) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpClientCodec(), new HttpObjectAggregator(MOST_CONTENT));
        for (String method : methods) {
            channel.writeOutbound(new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "/", Unpooled.EMPTY_BUFFER));
        }
        channel.writeInbound(JudgedConnection.buffer(octets));
        List<String> seen = new ArrayList<>();
        for (FullHttpResponse response = channel.readInbound(); response != null; response = channel.readInbound()) {
            assertThat(response.decoderResult().isSuccess()).isTrue();
            if (response.status().code() >= 200) {
                seen.add(response.status().code() + " " + response.content().toString(JudgedConnection.OCTETS));
            }
            response.release();
        }
        channel.finishAndReleaseAll();
        return seen;
    }
}
