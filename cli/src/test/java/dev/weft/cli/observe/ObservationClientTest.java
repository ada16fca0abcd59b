package dev.weft.cli.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.cli.command.Printed;
import org.junit.jupiter.api.Test;

/** What is said of an answer that lacks something. */
final class ObservationClientTest {

    private final Printed printed = new Printed();

    @Test
    void saysHowManyPairsAreLeftOut() {
        ObservationClient.noteMissing(
                printed.screen(),
                ListEdgesResponse.newBuilder().setLeftOut(1234).build());
        assertThat(printed.err()).contains("left out").contains("WEFT-L323").containsPattern("1.?234 pairs");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void saysNothingOfAnAnswerThatIsWhole() {
        ObservationClient.noteMissing(printed.screen(), ListEdgesResponse.getDefaultInstance());
        assertThat(printed.err()).isEmpty();
    }
}
