package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.LoadError;
import dev.weft.policy.limit.LimitRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RateLimit objects, sound and broken. */
final class RateLimitObjectsTest {

    private static final ObjectName WEB = new ObjectName("shop", "web");

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);

    private void there(String spec) {
        mesh.apply(new ApiEvent(WatchedKind.RATE_LIMIT, Customs.object(WatchedKind.RATE_LIMIT, "web", spec), false));
    }

    private List<String> reasons() {
        return mesh.errors().stream().map(LoadError::reason).toList();
    }

    /** How many a second each limit in force lets pass. */
    private List<Integer> inForce() {
        return mesh.snapshot().rateLimits().entrySet().stream()
                .filter(entry -> entry.getKey().equals(WEB))
                .flatMap(entry -> entry.getValue().policy().limits().stream())
                .map(LimitRule::perSecond)
                .toList();
    }

    @Test
    void oneThatNeverWasValidLimitsNothing() {
        there("{\"limits\":[{\"requestsPerMinute\":5}]}");
        assertThat(inForce()).isEmpty();
        assertThat(reasons()).anySatisfy(reason -> assertThat(reason).contains("unknown field requestsPerMinute"));
    }

    @Test
    void ofABrokenOneTheLastValidStateStaysUntilItIsGone() {
        there(
                "{\"workloads\":{\"matchLabels\":{\"app\":\"web\"}},\"limits\":[{\"requestsPerSecond\":5,\"per\":\"all\"}]}");
        assertThat(mesh.errors()).isEmpty();
        assertThat(inForce()).containsExactly(5);
        there("{\"limits\":[]}");
        assertThat(inForce()).containsExactly(5);
        assertThat(reasons()).anySatisfy(reason -> assertThat(reason).contains("no usable limits"));
        mesh.apply(new ApiEvent(WatchedKind.RATE_LIMIT, Customs.object(WatchedKind.RATE_LIMIT, "web", "{}"), true));
        assertThat(inForce()).isEmpty();
        assertThat(mesh.errors()).isEmpty();
    }
}
