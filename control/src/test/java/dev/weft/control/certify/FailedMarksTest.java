package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class FailedMarksTest {

    private final FailedMarks failed = new FailedMarks();

    @Test
    void knowsTheMarksOfEachFailureAndNoOthers() {
        failed.add(2, 4);
        failed.add(4, 5);
        failed.add(7, 9);
        assertThat(LongStream.rangeClosed(1, 12).filter(failed::contains)).containsExactly(3L, 4L, 5L, 8L, 9L);
    }

    @Test
    void takesForFailedWhatItHasForgotten() {
        for (int i = 0; i <= FailedMarks.MOST_RANGES; i++) {
            failed.add(10L * i + 5, 10L * i + 7);
        }
        assertThat(LongStream.rangeClosed(1, 20).filter(failed::contains))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 16L, 17L);
    }
}
