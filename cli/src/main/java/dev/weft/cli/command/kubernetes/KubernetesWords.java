package dev.weft.cli.command.kubernetes;

import dev.weft.cli.command.Words;
import dev.weft.kubernetes.inject.AdmissionVersion;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.install.PeeringService;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options of the Kubernetes commands that accept one of a few words. */
final class KubernetesWords {

    private KubernetesWords() {}

    static final class ToInbound implements ITypeConverter<Inbound> {

        @Override
        public Inbound convert(String given) {
            return Words.parse(given, Inbound.values());
        }
    }

    static final class Inbounds implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Words.of(Inbound.values()).iterator();
        }
    }

    static final class ToAdmission implements ITypeConverter<AdmissionVersion> {

        @Override
        public AdmissionVersion convert(String given) {
            return Words.parse(given, AdmissionVersion.values());
        }
    }

    static final class Admissions implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Words.of(AdmissionVersion.values()).iterator();
        }
    }

    static final class ToPeering implements ITypeConverter<PeeringService> {

        @Override
        public PeeringService convert(String given) {
            return Stream.of(PeeringService.values())
                    .filter(value -> value.word().equalsIgnoreCase(given))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + given + "' (expected: none, ClusterIP, NodePort, LoadBalancer)"));
        }
    }

    static final class Peerings implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Stream.of(PeeringService.values()).map(PeeringService::word).iterator();
        }
    }

    static final class PullPolicies implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return List.of("Always", "IfNotPresent", "Never").iterator();
        }
    }
}
