package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchRequest;
import dev.weft.daemon.text.HostPort;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FirstRequestsTest {
    @Test
    void holdsWhatFitsIntoOneMessageAndAsksForTheRest() {
        Map<ResourceName, Resource> held = new HashMap<>();
        held.put(ResourceName.PerWorkload.INBOUND, Resources.inbound("a"));
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 9_000; i++) {
            String address = "[fd57:e1f7:96:aaaa:bbbb:cccc:dddd:eeee]:" + (10_000 + i);
            all.add("destination/" + address);
            held.put(
                    new ResourceName.Destination(HostPort.literal(address)),
                    Resources.destination(address, "0123456789abcdef0123456789abcdef"));
        }
        all.add("destination/10.0.0.1:80");
        List<WatchRequest> requests =
                FirstRequests.requests("shop/web", "1", held, List.of(ResourceName.parse("destination/10.0.0.1:80")));
        assertThat(requests).hasSize(2).allMatch(request -> request.getSerializedSize() < 1024 * 1024);
        Set<String> told =
                new HashSet<>(requests.getFirst().getHello().getHeldMap().keySet());
        assertThat(told.remove("inbound")).isTrue();
        assertThat(requests.getLast().getSubscribe().getNamesList())
                .contains("destination/10.0.0.1:80")
                .doesNotContainAnyElementsOf(told);
        told.addAll(requests.getLast().getSubscribe().getNamesList());
        assertThat(told).isEqualTo(all);
    }

    @Test
    void saysWhatThisVersionCanDo() {
        assertThat(FirstRequests.requests("shop/web", "1", Map.of(), List.of())
                        .getFirst()
                        .getHello()
                        .getCapabilitiesList())
                .containsExactly(
                        "egress-rules",
                        "grpc-probes",
                        "http-ports",
                        "rate-limits",
                        "request-rules",
                        "requests-at-once",
                        "routes",
                        "zones");
    }
}
