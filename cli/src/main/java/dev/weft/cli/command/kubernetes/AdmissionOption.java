package dev.weft.cli.command.kubernetes;

import dev.weft.cli.check.platform.ServedAdmission;
import dev.weft.cli.command.EnumConverter;
import dev.weft.cli.command.KubectlOptions;
import dev.weft.cli.command.Session;
import dev.weft.kubernetes.inject.InjectionMethod;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code --admission}: how pods get their sidecar: by a MutatingAdmissionPolicy of one API version, by a webhook, or
 * not at all.
 */
final class AdmissionOption {

    private static final String AUTO = "auto";

    @Option(
            names = "--admission",
            paramLabel = "WHAT",
            converter = Wants.class,
            completionCandidates = Wants.class,
            description = {
                "what injects sidecars into pods. webhook: works in every cluster; v1 (Kubernetes 1.36),",
                "v1beta1 (1.34, 1.35) or v1alpha1 (1.33): an admission policy of the API server;",
                "none: only 'weft inject'; auto: the best that the cluster serves, which --context and",
                "--kubeconfig choose. Default: webhook."
            })
    private @Nullable Wanted wanted;

    @Mixin
    private KubectlOptions cluster = new KubectlOptions();

    /** @param version empty if the cluster is to be asked */
    record Wanted(Optional<InjectionMethod> version) {}

    static final class Wants implements ITypeConverter<Wanted>, Iterable<String> {

        @Override
        public Wanted convert(String given) {
            if (given.equalsIgnoreCase(AUTO)) {
                return new Wanted(Optional.empty());
            }
            return Stream.of(InjectionMethod.values())
                    .filter(version -> version.name().equalsIgnoreCase(given))
                    .findFirst()
                    .map(version -> new Wanted(Optional.of(version)))
                    .orElseThrow(() ->
                            new TypeConversionException("'" + given + "' (expected: " + String.join(", ", this) + ")"));
        }

        @Override
        public Iterator<String> iterator() {
            return Stream.concat(Stream.of(InjectionMethod.values()).map(EnumConverter::of), Stream.of(AUTO))
                    .iterator();
        }
    }

    /**
     * Returns the requested way; if none was given, the default, with a note about it.
     *
     * @param again whether there is an installation already, which may inject in another way
     */
    InjectionMethod choose(Session session, boolean again) throws IOException {
        if (cluster.isGiven() && (wanted == null || wanted.version().isPresent())) {
            throw InjectionOptions.usage(
                    "--context and --kubeconfig: no cluster is asked (expected: --admission auto, or neither)");
        }
        if (wanted == null) {
            if (again) {
                session.screen()
                        .note("! this installs the webhook, whatever the cluster has had pods injected by until now: a"
                                + " policy of then stays and injects the former image. Say the --admission of then, or"
                                + " 'weft upgrade', which keeps it and names what is no longer part of Weft");
            }
            session.screen()
                    .note("weft: pods are injected by the webhook, which every cluster has; --admission auto asks"
                            + " kubectl's cluster for something better");
            return InjectionMethod.WEBHOOK;
        }
        return wanted.version().isPresent() ? wanted.version().get() : asked(session);
    }

    private InjectionMethod asked(Session session) throws IOException {
        Optional<InjectionMethod> best = ServedAdmission.best(cluster.kubectl(session));
        InjectionMethod chosen = best.orElse(InjectionMethod.WEBHOOK);
        String word = EnumConverter.of(chosen);
        session.screen()
                .note("weft: --admission " + word
                        + (best.isPresent()
                                ? ", as the cluster has it"
                                : ", which every cluster has: the cluster does not answer"));
        return chosen;
    }
}
