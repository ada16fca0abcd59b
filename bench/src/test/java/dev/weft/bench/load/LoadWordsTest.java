package dev.weft.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoadWordsTest {
    @Test
    void everyCommandReadsBackFromItsLine() {
        Duration time = Duration.ofMillis(1_500);
        LoadCommand[] commands = {
            new LoadCommand.Open("server.bench", 80, 32, "/1k"),
            new LoadCommand.Saturate(time),
            new LoadCommand.Rate(4_000, time),
            new LoadCommand.Download("/bulk"),
            new LoadCommand.Connect("10.0.0.1", 8080, 16, "/1k", time),
            new LoadCommand.Close()
        };

        for (LoadCommand command : commands) {
            assertThat(LoadCommand.parse(command.toLine())).isEqualTo(command);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "open", "saturate 0", "rate -1 100", "saturate soon", "explode 1", "close now"})
    void whatIsNoCommandIsRefused(String line) {
        assertThatThrownBy(() -> LoadCommand.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resultReadsBackFromItsLine() {
        LoadResult result = new LoadResult(10, 2_000, 1_000_000, 1, 180.5, 950.25);

        assertThat(LoadResult.parse(result.toLine())).isEqualTo(result);
        assertThatThrownBy(() -> LoadResult.parse("result 1 2")).isInstanceOf(IllegalArgumentException.class);
    }
}
