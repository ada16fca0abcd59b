package dev.weft.cli.explain;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.ExplainOutsideRequest;
import dev.weft.api.v1.ExplainedOutside;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.egress.EgressWire;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether one workload may call an address or a host outside of the mesh, and why.
 *
 * @param identity the identity that the workload proves; null without a sidecar
 * @param host the host that the application names; null if not known
 * @param address the address that is called; null if not known
 * @param allowed whether the call is allowed whatever else it does
 * @param outcome {@code allow} or {@code deny}; {@code by-host} or {@code by-address} where it depends on a host or
 *     address that the question did not give; or {@code inside} where egress rules do not apply
 * @param code the code of the refusal; null where there is no refusal
 * @param policy the policy that allows the call, or {@code default}; null where nothing allows it
 */
public record OutsideAnswer(
        String from,
        @Nullable String identity,
        @Nullable String host,
        @Nullable String address,
        int port,
        boolean allowed,
        String outcome,
        @Nullable String code,
        @Nullable String policy,
        String reason,
        List<Entry> entries) {

    /** The data plane's code for a call that no policy allows. */
    private static final String DENIED = "WEFT-H060";

    private static final String DEFAULT = "default";

    public OutsideAnswer {
        entries = List.copyOf(entries);
    }

    /**
     * What one entry of a policy decides.
     *
     * @param policy the policy, as "namespace/name"
     */
    public record Entry(String policy, String entry, Verdict verdict, String because) {}

    /** The verdict of one entry. */
    public enum Verdict {
        ALLOWS,
        NO,
        DEPENDS
    }

    /**
     * The destination of a call.
     *
     * @param host in lower case, without a port; null if not known
     * @param address its address; null if not known
     */
    public record Destination(
            @Nullable String host, @Nullable InetAddress address, int port) {

        /** Returns the destination in words, such as {@code bank.example (192.0.2.7)}. */
        String words() {
            String literal = address == null ? "" : address.getHostAddress();
            return host == null ? literal : host + (address == null ? "" : " (" + literal + ")");
        }
    }

    /**
     * Returns the answer to "may {@code from} call {@code to} outside".
     *
     * @throws CommandFailure when a name is unknown or malformed, or when the rules are of another version (WEFT-L113)
     */
    public static OutsideAnswer of(String from, Destination to, MeshQuestions mesh) {
        ExplainOutsideRequest.Builder question =
                ExplainOutsideRequest.newBuilder().setFrom(from).setPort(to.port());
        if (to.address() != null) {
            question.setAddress(ByteString.copyFrom(to.address().getAddress()));
        }
        return of(mesh.outside(question.build()), to);
    }

    static OutsideAnswer of(ExplainedOutside explained, Destination to) {
        if (!explained.getOpen().isEmpty()) {
            return answer(explained, to, new Decided("allow", null, null, explained.getOpen()), List.of());
        }
        if (!explained.getInside().isEmpty()) {
            String inside = to.words() + " is " + explained.getInside()
                    + ": a call inside the mesh, which the policies of the called workload decide; ask without"
                    + " --egress";
            return answer(explained, to, new Decided("inside", null, null, inside), List.of());
        }
        if (!explained.hasRules()) {
            String open = "no EgressPolicy selects " + explained.getWorkload()
                    + ", and the default of its namespace allows calls outside of the mesh";
            return answer(explained, to, new Decided("allow", null, DEFAULT, open), List.of());
        }
        EgressRules rules = rules(explained);
        return answer(explained, to, decided(rules, to, explained), entries(rules, to));
    }

    /**
     * Reads the egress rules. Rules that this command does not fully understand fail: it never decides by a part of
     * them.
     */
    private static EgressRules rules(ExplainedOutside explained) {
        try {
            return EgressWire.fromProto(explained.getRules());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(
                    "WEFT-L113",
                    "the control plane has another version, and this command cannot read the egress rules of "
                            + explained.getWorkload() + ": " + e.getMessage(),
                    "use weft in the control plane's version; 'weft version' prints the version of this one");
        }
    }

    private record Decided(
            String outcome, @Nullable String code, @Nullable String policy, String reason) {}

    private static Decided decided(EgressRules rules, Destination to, ExplainedOutside explained) {
        Optional<String> byAddress = to.address() == null ? Optional.empty() : rules.allowing(to.address(), to.port());
        if (byAddress.isPresent()) {
            return new Decided("allow", null, byAddress.get(), byAddress.get() + " allows the address");
        }
        Optional<String> byHost = to.host() == null ? Optional.empty() : rules.allowing(to.host(), to.port());
        if (byHost.isPresent()) {
            return new Decided(
                    "allow",
                    null,
                    byHost.get(),
                    byHost.get() + " allows the host if the application names it: as the TLS server name, or in each"
                            + " HTTP/1.1 request");
        }
        if (to.host() == null && has(EgressTarget.Host.class, rules, to.port())) {
            return new Decided("by-host", null, null, "it depends on the host that the application names");
        }
        if (to.address() == null && has(EgressTarget.Range.class, rules, to.port())) {
            String host = to.host() == null ? "" : "no entry allows the host; ";
            return new Decided("by-address", null, null, host + "it depends on the address of the host");
        }
        if (rules.policies().isEmpty()) {
            return new Decided(
                    "deny",
                    DENIED,
                    DEFAULT,
                    explained.getNamespaceDenies()
                            ? "no EgressPolicy selects " + explained.getWorkload()
                                    + ", and its namespace says weft.dev/egress: deny"
                            : "no EgressPolicy that fits selects " + explained.getWorkload());
        }
        return new Decided("deny", DENIED, null, "no EgressPolicy allows it");
    }

    private static boolean has(Class<? extends EgressTarget> kind, EgressRules rules, int port) {
        return rules.policies().stream()
                .flatMap(policy -> policy.to().stream())
                .anyMatch(target -> kind.isInstance(target) && target.hasPort(port));
    }

    private static List<Entry> entries(EgressRules rules, Destination to) {
        List<Entry> entries = new ArrayList<>();
        for (EgressPolicy policy : rules.policies()) {
            if (policy.to().isEmpty()) {
                entries.add(new Entry(policy.fullName(), "-", Verdict.NO, "it has no entry: it allows nothing"));
            }
            policy.to().forEach(target -> entries.add(entry(policy, target, to)));
        }
        return entries;
    }

    private static Entry entry(EgressPolicy policy, EgressTarget target, Destination to) {
        String ports = target.ports().isEmpty() ? "" : " ports " + list(target);
        String written = target + ports;
        if (!target.hasPort(to.port())) {
            return new Entry(policy.fullName(), written, Verdict.NO, "port " + to.port() + " is not among them");
        }
        Verdict verdict = verdict(target, to);
        String because = verdict.name().toLowerCase(Locale.ROOT);
        return new Entry(
                policy.fullName(),
                written,
                verdict,
                switch (verdict) {
                    case ALLOWS -> because;
                    case NO -> target instanceof EgressTarget.Range ? "the address is not in it" : "it is another host";
                    case DEPENDS ->
                        because + (target instanceof EgressTarget.Range ? " on the address" : " on the host");
                });
    }

    private static String list(EgressTarget target) {
        return String.join(",", target.ports().stream().map(String::valueOf).toList());
    }

    private static Verdict verdict(EgressTarget target, Destination to) {
        return switch (target) {
            case EgressTarget.Range range ->
                to.address() == null ? Verdict.DEPENDS : allows(range.range().contains(to.address()));
            case EgressTarget.Host named ->
                to.host() == null ? Verdict.DEPENDS : allows(named.host().matches(to.host()));
        };
    }

    private static Verdict allows(boolean matches) {
        return matches ? Verdict.ALLOWS : Verdict.NO;
    }

    private static OutsideAnswer answer(
            ExplainedOutside explained, Destination to, Decided decided, List<Entry> entries) {
        return new OutsideAnswer(
                explained.getWorkload(),
                explained.getIdentity().isEmpty() ? null : explained.getIdentity(),
                to.host(),
                to.address() == null ? null : to.address().getHostAddress(),
                to.port(),
                decided.outcome().equals("allow"),
                decided.outcome(),
                decided.code(),
                decided.policy(),
                decided.reason(),
                entries);
    }
}
