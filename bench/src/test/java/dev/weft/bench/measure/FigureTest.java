package dev.weft.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.bench.load.LoadResult;
import dev.weft.bench.settings.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FigureTest {
    private static final double LIMIT = 0.12;

    @Test
    void medianIsTheMiddleOrTheMeanOfTheMiddleTwo() {
        assertThat(Quantiles.median(List.of(9, 1, 5), Integer::doubleValue)).isEqualTo(5);
        assertThat(Quantiles.median(List.of(1, 2, 4, 100), Integer::doubleValue))
                .isEqualTo(3);
        assertThat(Quantiles.median(List.<Integer>of(), Integer::doubleValue)).isNaN();
    }

    @Test
    void disturbedSlicesAreLeftOut() {
        Figure figure =
                Figure.of(List.of(slice(1.0, 0.0), slice(9.0, 0.5), slice(1.2, 0.12), slice(1.1, 0.05)), LIMIT, 3);

        assertThat(figure.cpuPerUnit()).isEqualTo(110, within(1e-9));
        assertThat(figure.clean()).isEqualTo(3);
        assertThat(figure.slices()).isEqualTo(4);
        assertThat(figure.disturbed()).isFalse();
    }

    @Test
    void leastDisturbedStandInAndSaySoWhenTooFewAreClean() {
        Figure figure =
                Figure.of(List.of(slice(1.0, 0.1), slice(9.0, 0.9), slice(2.0, 0.2), slice(3.0, 0.3)), LIMIT, 3);

        assertThat(figure.cpuPerUnit()).isEqualTo(200, within(1e-9));
        assertThat(figure.clean()).isEqualTo(1);
        assertThat(figure.disturbed()).isTrue();
    }

    @Test
    void sliceWithErrorsDoesNotCount() {
        Slice wrong = new Slice("p", Workload.KEEP_ALIVE, 1, 1, 0, new LoadResult(10, 10, 1_000_000, 2, 1, 1));
        Figure figure = Figure.of(List.of(wrong, slice(1.0, 0), slice(1.0, 0)), LIMIT, 2);

        assertThat(figure.clean()).isEqualTo(2);
        assertThat(figure.errors()).isEqualTo(2);
    }

    @Test
    void pairThatAnsweredNothingHasNoFigure() {
        Slice nothing = new Slice("p", Workload.BULK, 0, 0, 0, new LoadResult(0, 0, 0, 1, 0, 0));

        assertThat(Figure.of(List.of(nothing), LIMIT, 1).measured()).isFalse();
        assertThatThrownBy(() -> Figure.of(List.of(), LIMIT, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bulkCountsGibibytesAndGigabits() {
        Slice bulk = new Slice("p", Workload.BULK, 2, 1.5, 0, new LoadResult(1, 1L << 30, 2_000_000, 0, 1, 1));

        assertThat(bulk.cpuPerUnit()).isEqualTo(1.5);
        assertThat(bulk.perSecond()).isEqualTo(4.29, within(0.01));
        assertThat(bulk.proxyCores()).isEqualTo(0.75);
    }

    /** 10,000 requests in a second. */
    private static Slice slice(double cpuSeconds, double foreign) {
        return new Slice(
                "p", Workload.KEEP_ALIVE, 1, cpuSeconds, foreign, new LoadResult(10_000, 1, 1_000_000, 0, 100, 200));
    }
}
