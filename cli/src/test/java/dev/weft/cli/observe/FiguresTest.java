package dev.weft.cli.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FiguresTest {

    @Test
    void ratesHaveThreeDigitsAtMost() {
        assertThat(Figures.rate(null)).isEqualTo("-");
        assertThat(Figures.rate(0.0)).isEqualTo("0");
        assertThat(Figures.rate(0.0166)).isEqualTo("0.02");
        assertThat(Figures.rate(1.26)).isEqualTo("1.3");
        assertThat(Figures.rate(42.4)).isEqualTo("42");
        assertThat(Figures.rate(12_345.6)).isEqualTo("12346");
    }

    @Test
    void timesHaveTheUnitThatSuitsThem() {
        assertThat(Figures.time(null)).isEqualTo("-");
        assertThat(Figures.time(0.35)).isEqualTo("350µs");
        assertThat(Figures.time(4.25)).isEqualTo("4.3ms");
        assertThat(Figures.time(380.0)).isEqualTo("380ms");
        assertThat(Figures.time(1500.0)).isEqualTo("1.5s");
    }

    @Test
    void onlyWhatNeverFailedIsAHundredPercent() {
        assertThat(Figures.success(1.0).text()).isEqualTo("100%");
        assertThat(Figures.success(0.999999).text()).isEqualTo("99.99%");
        assertThat(Figures.success(null).text()).isEqualTo("-");
    }
}
