package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPushbackTest {
    @Test
    void readsMilliseconds() {
        assertThat(RetryPushback.in("1500")).contains(Duration.ofMillis(1500));
        assertThat(RetryPushback.in("0")).contains(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "soon", "1e3", "99999999999999999999"})
    void takesWhatItCannotUnderstandForNone(String header) {
        assertThat(RetryPushback.in(header)).isEmpty();
    }

    @Test
    void isNotPutOffForGood() {
        assertThat(RetryPushback.in(null)).isEmpty();
        assertThat(RetryPushback.in("999999999")).contains(RetryPushback.MOST);
    }
}
