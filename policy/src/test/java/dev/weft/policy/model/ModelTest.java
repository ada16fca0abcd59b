package dev.weft.policy.model;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelTest {

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536})
    void refusesAPortOutOfRange(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AuthorizationPolicy("shop", "p", Set.of(port), Action.ALLOW, List.of()))
                .withMessageContaining(Integer.toString(port));
    }

    @Test
    void refusesASourceWithoutConditions() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Source(List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://cluster.local/ns/shop", "http://cluster.local/", "spiffe:///", "spiffe://Cluster.local/",
                "/", "", "spiffe://cluster.local//", "spiffe://cluster.local/a/../"
            })
    void refusesAPrefixThatIsNoBeginningOfAnIdentity(String prefix) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Condition.IdentityPrefix(prefix));
    }
}
