package dev.weft.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    @Test
    void readsWhatIsWellFormed() {
        assertThat(TraceContext.of(List.of("00-" + TRACE + "-" + PARENT + "-01")))
                .contains(new TraceContext(TRACE, PARENT, true));
        assertThat(TraceContext.of(List.of("00-" + TRACE + "-" + PARENT + "-00")))
                .contains(new TraceContext(TRACE, PARENT, false));
        assertThat(TraceContext.of(List.of("00-" + TRACE + "-" + PARENT + "-ff")))
                .contains(new TraceContext(TRACE, PARENT, true));
        assertThat(TraceContext.of(List.of("cc-" + TRACE + "-" + PARENT + "-01")))
                .as("a later version")
                .isPresent();
        assertThat(TraceContext.of(List.of("cc-" + TRACE + "-" + PARENT + "-01-what-comes")))
                .as("a later version with more")
                .contains(new TraceContext(TRACE, PARENT, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
                "00-4bf92f3577b34da6a3ce929d0e0e473z-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902bz-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0z",
            })
    void whatIsMalformedCountsAsNone(String value) {
        assertThat(TraceContext.of(List.of(value))).isEmpty();
    }

    @Test
    void whatIsSaidTwiceOrNotAtAllCountsAsNone() {
        String good = "00-" + TRACE + "-" + PARENT + "-01";
        assertThat(TraceContext.of(List.of())).isEmpty();
        assertThat(TraceContext.of(List.of(good, good))).isEmpty();
    }
}
