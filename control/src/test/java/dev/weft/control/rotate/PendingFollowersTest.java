package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.identity.spiffe.SpiffeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a rotation says of those it waits for. */
final class PendingFollowersTest {

    private static final ExpectedProxy CONNECTED = new ExpectedProxy(
            "shop/api",
            SpiffeId.parse("spiffe://" + Operations.DOMAIN + "/ns/shop/sa/api"),
            true,
            Optional.of(Instant.EPOCH),
            Optional.empty(),
            false);

    private static PendingFollowers acknowledged(OptionalLong published) {
        return PendingFollowers.acknowledged(List.of(CONNECTED), Set.of(), Operations.DOMAIN, published);
    }

    @Test
    void aBundleThatIsPublishedIsNamed() {
        assertThat(acknowledged(OptionalLong.of(7)).missing())
                .extracting(Awaited::getReason)
                .containsExactly("it has not acknowledged bundle 7 yet");
    }

    @Test
    void aBundleThatIsNotPublishedIsWaitedForOnBehalfOfEach() {
        PendingFollowers awaiting = acknowledged(OptionalLong.empty());
        assertThat(awaiting.isComplete()).isFalse();
        assertThat(awaiting.missing())
                .extracting(Awaited::getReason)
                .containsExactly("the control plane has not published the bundle yet");
    }
}
