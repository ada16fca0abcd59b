package dev.weft.cli.command.kubernetes;

import dev.weft.cli.command.EnumConverter;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.install.PeeringService;
import java.util.Iterator;
import java.util.List;

/** Options of the Kubernetes commands that accept one of a few words. */
final class KubernetesWords {

    private KubernetesWords() {}

    static final class Inbounds extends EnumConverter<Inbound> {
        Inbounds() {
            super(Inbound.values());
        }
    }

    static final class Admissions extends EnumConverter<InjectionMethod> {
        Admissions() {
            super(InjectionMethod.values());
        }
    }

    static final class Peerings extends EnumConverter<PeeringService> {
        Peerings() {
            super(PeeringService.values(), PeeringService::word);
        }
    }

    static final class PullPolicies implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return List.of("Always", "IfNotPresent", "Never").iterator();
        }
    }
}
