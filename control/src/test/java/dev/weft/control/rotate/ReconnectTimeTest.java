package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ReconnectTimeTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final ReconnectTime time = new ReconnectTime(nanos::get);

    @Test
    void isOverTwoMinutesAfterTheStartAlsoWhereTheMonotonicTimeOverflows() {
        assertThat(time.isOver()).isFalse();
        nanos.addAndGet(ReconnectTime.LENGTH.toNanos() - 1);
        assertThat(time.isOver()).isFalse();
        nanos.addAndGet(1);
        assertThat(time.isOver()).isTrue();
    }
}
