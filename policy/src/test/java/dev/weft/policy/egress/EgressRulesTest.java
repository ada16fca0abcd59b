package dev.weft.policy.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.weft.policy.egress.EgressRules.ByAddress;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EgressRulesTest {

    private static final InetAddress INSIDE = InetAddress.ofLiteral("10.1.2.3");
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("192.0.2.1");

    private final EgressRules rules = EgressRules.of(List.of(
            new EgressPolicy("shop", "net", List.of(new EgressTarget.Range(Cidr.parse("10.0.0.0/8"), Set.of(5432)))),
            new EgressPolicy(
                    "shop",
                    "api",
                    List.of(
                            new EgressTarget.Host(new HostPattern("api.example"), Set.of(443)),
                            new EgressTarget.Host(new HostPattern("*.cdn.example"), Set.of())))));

    @Test
    void anAddressIsAllowedByRangeAndPort() {
        assertThat(rules.byAddress(INSIDE, 5432)).isEqualTo(ByAddress.ALLOWED);
        assertThat(rules.allowing(INSIDE, 5432)).contains("shop/net");
        assertThat(rules.byAddress(INSIDE, 80)).isEqualTo(ByAddress.BY_HOST);
        assertThat(rules.byAddress(OUTSIDE, 5432)).isEqualTo(ByAddress.BY_HOST);
    }

    @Test
    void aHostIsAllowedByNameAndPort() {
        assertThat(rules.allowing("api.example", 443)).contains("shop/api");
        assertThat(rules.allowing("api.example", 80)).isEmpty();
        assertThat(rules.allowing("a.cdn.example", 80)).contains("shop/api");
        assertThat(rules.allowing("cdn.example", 80)).isEmpty();
        assertThat(rules.allowing("api.example.evil", 443)).isEmpty();
        assertThat(rules.allowing("", 443)).isEmpty();
    }

    @Test
    void whereNoHostCouldBeAllowedTheAddressDecides() {
        EgressRules only = EgressRules.of(List.of(new EgressPolicy(
                "shop", "api", List.of(new EgressTarget.Host(new HostPattern("api.example"), Set.of(443))))));
        assertThat(only.byAddress(OUTSIDE, 443)).isEqualTo(ByAddress.BY_HOST);
        assertThat(only.byAddress(OUTSIDE, 80)).isEqualTo(ByAddress.DENIED);
        assertThat(EgressRules.CLOSED.byAddress(OUTSIDE, 443)).isEqualTo(ByAddress.DENIED);
        assertThat(EgressRules.OPEN.byAddress(OUTSIDE, 80)).isEqualTo(ByAddress.ALLOWED);
    }

    @Test
    void areTheSameOnTheOtherSideOfTheWire() {
        assertThat(EgressWire.fromProto(EgressWire.toProto(rules))).isEqualTo(rules);
        assertThat(EgressWire.fromProto(EgressWire.toProto(EgressRules.CLOSED))).isEqualTo(EgressRules.CLOSED);
    }

    /** With a field that this version does not know. */
    private static byte[] future(MessageLite message) {
        return message.toByteString().concat(ByteString.fromHex("980601")).toByteArray();
    }

    @Test
    void whatIsNotUnderstoodIsRefusedAsAWhole() throws InvalidProtocolBufferException {
        dev.weft.api.v1.EgressPolicy policy = EgressWire.toProto(rules).getPolicies(0);
        List<dev.weft.api.v1.EgressPolicy> unusable = List.of(
                dev.weft.api.v1.EgressPolicy.parseFrom(future(policy)),
                with(policy, dev.weft.api.v1.EgressTarget.parseFrom(future(policy.getTo(0)))),
                with(policy, dev.weft.api.v1.EgressTarget.getDefaultInstance()),
                with(policy, policy.getTo(0).toBuilder().setCidr("10.0.0.1/8").build()),
                with(policy, policy.getTo(0).toBuilder().setHost("API.example").build()),
                with(policy, policy.getTo(0).toBuilder().addPorts(70_000).build()));
        for (dev.weft.api.v1.EgressPolicy each : unusable) {
            assertThatThrownBy(() -> EgressWire.fromProto(dev.weft.api.v1.EgressRules.newBuilder()
                            .addPolicies(each)
                            .build()))
                    .as("%s", each)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        dev.weft.api.v1.EgressRules whole = dev.weft.api.v1.EgressRules.parseFrom(future(EgressWire.toProto(rules)));
        assertThatThrownBy(() -> EgressWire.fromProto(whole)).isInstanceOf(IllegalArgumentException.class);
    }

    private static dev.weft.api.v1.EgressPolicy with(
            dev.weft.api.v1.EgressPolicy policy, dev.weft.api.v1.EgressTarget target) {
        return policy.toBuilder().setTo(0, target).build();
    }

    private static EgressPolicy policy(int entries, String host) {
        return new EgressPolicy(
                "shop", "p", Collections.nCopies(entries, new EgressTarget.Host(new HostPattern(host), Set.of(443))));
    }

    @Test
    void whatIsBeyondTheBoundsIsLeftOutAsAWhole() {
        EgressPolicy full = policy(EgressPolicy.MAX_TO, "a.example");
        List<EgressPolicy> most = Collections.nCopies(EgressRules.MAX_TARGETS / EgressPolicy.MAX_TO, full);
        assertThat(EgressRules.bounded(most)).isEqualTo(most);
        List<EgressPolicy> more = new ArrayList<>(most);
        more.add(policy(1, "b.example"));
        assertThat(EgressRules.bounded(more)).isEqualTo(most);
        EgressPolicy long1 = policy(EgressPolicy.MAX_TO, ("a".repeat(63) + ".").repeat(3) + "example");
        List<EgressPolicy> bounded = EgressRules.bounded(Collections.nCopies(8, long1));
        assertThat(bounded).hasSize(2);
        assertThat(EgressWire.toProto(EgressRules.of(bounded)).getSerializedSize())
                .isBetween(EgressRules.MAX_OCTETS / 2, EgressRules.MAX_OCTETS);
        assertThat(EgressRules.bounded(List.of())).isEmpty();
    }

    @Test
    void thereAreNotTooMany() {
        dev.weft.api.v1.EgressPolicy full = dev.weft.api.v1.EgressPolicy.newBuilder()
                .addAllTo(Collections.nCopies(
                        EgressPolicy.MAX_TO,
                        dev.weft.api.v1.EgressTarget.newBuilder()
                                .setHost("a.example")
                                .build()))
                .build();
        dev.weft.api.v1.EgressRules many = dev.weft.api.v1.EgressRules.newBuilder()
                .addAllPolicies(Collections.nCopies(EgressRules.MAX_TARGETS / EgressPolicy.MAX_TO, full))
                .build();
        assertThat(EgressWire.fromProto(many).policies().stream()
                        .mapToInt(policy -> policy.to().size())
                        .sum())
                .isEqualTo(EgressRules.MAX_TARGETS);
        assertThatThrownBy(() ->
                        EgressWire.fromProto(many.toBuilder().addPolicies(full).build()))
                .hasMessageContaining("more than " + EgressRules.MAX_TARGETS);
        assertThatThrownBy(() -> new EgressPolicy(
                        "shop",
                        "x",
                        Collections.nCopies(
                                EgressPolicy.MAX_TO + 1,
                                new EgressTarget.Host(new HostPattern("a.example"), Set.of()))))
                .hasMessageContaining("at most " + EgressPolicy.MAX_TO);
    }
}
