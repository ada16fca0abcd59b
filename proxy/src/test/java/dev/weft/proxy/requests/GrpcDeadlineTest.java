package dev.weft.proxy.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcDeadlineTest {
    private static Duration of(String text) {
        return GrpcDeadline.of(new DefaultHttp2Headers().add("grpc-timeout", text));
    }

    @ParameterizedTest
    @CsvSource({"1H,PT1H", "2M,PT2M", "3S,PT3S", "250m,PT0.25S", "99999999u,PT99.999999S", "7n,PT0.000000007S"})
    void readsEachUnit(String text, Duration duration) {
        assertThat(of(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "5", "5s", "-1S", "+1S", "1 S", "999999999S", "0x1S", "1SS", "0S"})
    void isNoneIfItCannotBeReadOrIsNone(String text) {
        assertThat(of(text)).isZero();
    }

    @Test
    void isNoneWithoutTheHeader() {
        assertThat(GrpcDeadline.of(new DefaultHttp2Headers())).isZero();
    }
}
