package dev.weft.proxy.requests;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.util.AsciiString;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A field {@code grpc-timeout} of any octets, compared with the grammar of gRPC over HTTP/2. */
class GrpcDeadlineFuzzTest {
    private static final Pattern GRAMMAR = Pattern.compile("([0-9]{1,8})([HMSmun])");
    private static final Map<String, Long> NANOS = Map.of(
            "H", 3_600_000_000_000L,
            "M", 60_000_000_000L,
            "S", 1_000_000_000L,
            "m", 1_000_000L,
            "u", 1_000L,
            "n", 1L);

    @FuzzTest
    void anyFieldIsATimeOfTheGrammarOrNone(byte[] bytes) {
        Duration read = GrpcDeadline.of(new DefaultHttp2Headers(false).set("grpc-timeout", new AsciiString(bytes)));
        Matcher wanted = GRAMMAR.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        BigInteger nanos = wanted.matches()
                ? new BigInteger(wanted.group(1)).multiply(BigInteger.valueOf(NANOS.getOrDefault(wanted.group(2), 0L)))
                : BigInteger.ZERO;
        BigInteger seconds = BigInteger.valueOf(read.toSeconds());
        assertThat(seconds.multiply(BigInteger.valueOf(1_000_000_000)).add(BigInteger.valueOf(read.toNanosPart())))
                .isEqualTo(nanos);
    }
}
