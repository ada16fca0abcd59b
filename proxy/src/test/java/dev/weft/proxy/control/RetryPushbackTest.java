package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPushbackTest {
    @Test
    void readsMilliseconds() {
        assertThat(GrpcStream.retryAfter("1500")).contains(Duration.ofMillis(1500));
        assertThat(GrpcStream.retryAfter("0")).contains(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "soon", "1e3", "99999999999999999999"})
    void takesWhatItCannotUnderstandForNone(String header) {
        assertThat(GrpcStream.retryAfter(header)).isEmpty();
    }

    @Test
    void isNotPutOffForGood() {
        assertThat(GrpcStream.retryAfter(null)).isEmpty();
        assertThat(GrpcStream.retryAfter("999999999")).contains(GrpcStream.MOST_RESPITE);
    }
}
