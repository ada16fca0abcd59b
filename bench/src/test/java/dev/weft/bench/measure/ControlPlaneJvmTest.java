package dev.weft.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bench.issuing.IssuingFigure;
import org.junit.jupiter.api.Test;

final class ControlPlaneJvmTest {

    @Test
    void figureWithoutAColdValueIsReadAsWritten() {
        IssuingFigure figure = new IssuingFigure("proof", Double.NaN, 12.5);

        assertThat(ControlPlaneJvm.read(ControlPlaneJvm.line(figure), IssuingFigure.class))
                .isEqualTo(figure);
    }
}
