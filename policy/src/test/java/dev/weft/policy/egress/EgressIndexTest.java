package dev.weft.policy.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.policy.egress.EgressRules.ByAddress;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What the index finds is what a look at each entry finds. */
final class EgressIndexTest {

    private static final List<String> LABELS = List.of("a", "b", "c-d", "example", "x");

    private static InetAddress address(Random random) throws UnknownHostException {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(2) * 128 + random.nextInt(2));
        }
        return InetAddress.getByAddress(bytes);
    }

    private static String host(Random random) {
        StringBuilder host = new StringBuilder(LABELS.get(random.nextInt(LABELS.size())));
        for (int i = random.nextInt(4); i > 0; i--) {
            host.append('.').append(LABELS.get(random.nextInt(LABELS.size())));
        }
        return host.toString();
    }

    private static EgressTarget target(Random random) throws UnknownHostException {
        Set<Integer> ports = new HashSet<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            ports.add(1 + random.nextInt(4));
        }
        if (random.nextInt(3) == 0) {
            return new EgressTarget.Host(new HostPattern((random.nextBoolean() ? "*." : "") + host(random)), ports);
        }
        InetAddress address = address(random);
        int bits = address.getAddress().length * 8;
        return new EgressTarget.Range(Cidr.around(address, random.nextInt(bits + 1)), ports);
    }

    private static Optional<String> scan(EgressRules rules, Predicate<EgressTarget> allows) {
        return rules.policies().stream()
                .filter(policy -> policy.to().stream().anyMatch(allows))
                .map(EgressPolicy::fullName)
                .findFirst();
    }

    @RepeatedTest(100)
    void isTheSameAsALookAtEachEntry(RepetitionInfo repetition) throws UnknownHostException {
        Random random = new Random(repetition.getCurrentRepetition());
        List<EgressPolicy> policies = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            List<EgressTarget> to = new ArrayList<>();
            for (int j = random.nextInt(8); j > 0; j--) {
                to.add(target(random));
            }
            policies.add(new EgressPolicy("shop", "p" + i, to));
        }
        EgressRules rules = EgressRules.of(policies);
        for (int i = 0; i < 200; i++) {
            int port = 1 + random.nextInt(5);
            InetAddress address = address(random);
            Optional<String> byAddress = scan(
                    rules,
                    target -> target instanceof EgressTarget.Range range
                            && range.hasPort(port)
                            && range.range().contains(address));
            assertThat(rules.allowing(address, port)).as("%s %s", address, port).isEqualTo(byAddress);
            boolean hosts = policies.stream()
                    .flatMap(policy -> policy.to().stream())
                    .anyMatch(target -> target instanceof EgressTarget.Host && target.hasPort(port));
            ByAddress otherwise = hosts ? ByAddress.BY_HOST : ByAddress.DENIED;
            assertThat(rules.byAddress(address, port)).isEqualTo(byAddress.isPresent() ? ByAddress.ALLOWED : otherwise);
            String host = random.nextInt(8) == 0 ? "." + host(random) : host(random);
            assertThat(rules.allowing(host, port))
                    .as("%s %s", host, port)
                    .isEqualTo(scan(
                            rules,
                            target -> target instanceof EgressTarget.Host named
                                    && named.hasPort(port)
                                    && named.host().matches(host)));
        }
    }

    @Test
    void theLongestNamesAreFoundAndLongerOnesCostNoMore() {
        String label = "a".repeat(63);
        String name = String.join(".", label, label, label, "a".repeat(59));
        EgressRules rules = EgressRules.of(List.of(new EgressPolicy(
                "shop",
                "p",
                List.of(
                        new EgressTarget.Host(new HostPattern("*." + name), Set.of()),
                        new EgressTarget.Host(new HostPattern(name), Set.of())))));
        assertThat(rules.allowing("b." + name, 443)).contains("shop/p");
        assertThat(rules.allowing("c.b." + name, 443)).contains("shop/p");
        assertThat(rules.allowing(name, 443)).contains("shop/p");
        assertThat(rules.allowing("." + name, 443)).isEmpty();
        assertThat(rules.allowing("a.".repeat(100_000) + "b", 443)).isEmpty();
    }
}
