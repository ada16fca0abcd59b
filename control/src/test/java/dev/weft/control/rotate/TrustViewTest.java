package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.ShowTrustResponse;
import java.util.Collections;
import org.junit.jupiter.api.Test;

final class TrustViewTest {

    private static final ProxyInfo PROXY =
            ProxyInfo.newBuilder().setWorkload("shop/web-1").build();

    private static ShowTrustResponse answer(int proxies, int room) {
        ShowTrustResponse.Builder response = ShowTrustResponse.newBuilder();
        TrustView.add(response, Collections.nCopies(proxies, PROXY).iterator(), room * PROXY.getSerializedSize());
        return response.build();
    }

    @Test
    void saysHowManyProxiesAreLeftOutOfAnAnswerThatWouldBeTooLarge() {
        assertThat(answer(5, 3).getProxiesCount()).isEqualTo(3);
        assertThat(answer(5, 3).getRegistryRefusalsList())
                .singleElement()
                .asString()
                .startsWith("WEFT-C136: ")
                .contains(" 2 meshed workloads ");
    }

    @Test
    void leavesNothingOutWhereThereIsRoom() {
        assertThat(answer(5, 5).getProxiesCount()).isEqualTo(5);
        assertThat(answer(5, 5).getRegistryRefusalsList()).isEmpty();
    }
}
