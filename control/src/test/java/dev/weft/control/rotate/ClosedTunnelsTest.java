package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ClosedTunnelsTest {

    @Test
    void aRotationNamesOnlySomeOfManyProxiesThatLoseTunnels() {
        Map<String, String> many = closed(Rotation.MAX_CLOSED + 1000);
        assertThat(Rotation.limited(many))
                .hasSize(Rotation.MAX_CLOSED + 1)
                .containsEntry("1000 more sidecars", "tunnels")
                .containsEntry("shop/web-1000", "1 tunnel");
        assertThat(Rotation.limited(closed(Rotation.MAX_CLOSED))).isEqualTo(closed(Rotation.MAX_CLOSED));
    }

    private static Map<String, String> closed(int proxies) {
        return IntStream.range(1000, 1000 + proxies)
                .mapToObj(i -> "shop/web-" + i)
                .collect(Collectors.toMap(Function.identity(), _ -> "1 tunnel"));
    }
}
