package dev.weft.bench.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bench.measure.PartReport;
import dev.weft.bench.report.PartText;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CodecBenchTest {
    @Test
    void everyCodecAnswersEveryStreamAndCostsSomething() {
        PartReport<CodecFigure> report = CodecBench.measure(Duration.ofMillis(1));
        assertThat(report.figures()).hasSize(9).allSatisfy(figure -> {
            assertThat(figure.micros()).isPositive();
            assertThat(figure.allocated()).isPositive();
        });
        assertThat(PartText.codec(report))
                .contains("weft  netty, frames  netty, channels")
                .contains("1 MiB each way, one stream at a time  1.00 ");
    }
}
