package dev.weft.cli.demo;

import dev.weft.cli.demo.wire.Capture;
import dev.weft.cli.demo.wire.TlsRecords;
import dev.weft.cli.demo.wire.Traffic;
import dev.weft.cli.screen.Human;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Chapter: which bytes the link carries with the mesh off and on, and which identities the two ends see. */
record WireChapter(Scene scene, Teller teller) {

    private static final String PLAIN_CLIENT = "plain/client";
    private static final String PLAIN_SERVER = "plain/server";

    void tell() throws IOException, InterruptedException {
        teller.chapter("What an eavesdropper on the link reads of a page full of a random marker");
        meshOff();
        Sessions sessions = Sessions.from(scene.mesh(), Scene.SERVER);
        meshOn();
        teller.chapter("Who called whom, as the sidecar of the called one knows it");
        identities(sessions);
    }

    private void meshOff() throws IOException, InterruptedException {
        Traffic traffic = fetchWatched(PLAIN_CLIENT, PLAIN_SERVER, "http://server.plain/secret.txt");
        long read = traffic.bytesOf(scene.files().marker());
        teller.check(
                read > 0,
                "mesh off  " + teller.name(PLAIN_CLIENT) + " → " + teller.name(PLAIN_SERVER) + ": " + number(read)
                        + " of " + number(scene.files().markerBytes()) + " bytes of the marker");
    }

    private void meshOn() throws IOException, InterruptedException {
        Traffic traffic = fetchWatched(Scene.CALLER, Scene.SERVER, "http://api.shop/secret.txt");
        long read = traffic.bytesOf(scene.files().marker());
        teller.check(
                read == 0 && traffic.bytes() >= scene.files().markerBytes(),
                "mesh on   " + teller.name(Scene.CALLER) + " → " + teller.name(Scene.SERVER) + ": " + number(read)
                        + " of " + number(scene.files().markerBytes()) + " bytes of the marker");
        List<TlsRecords> streams = traffic.tls();
        int records = streams.stream().mapToInt(TlsRecords::records).sum();
        long foreign = streams.stream().mapToLong(TlsRecords::foreignBytes).sum();
        boolean agreed = streams.stream().anyMatch(TlsRecords::version13);
        int group = streams.stream().mapToInt(TlsRecords::group).max().orElse(0);
        teller.check(
                traffic.complete() && agreed && foreign == 0,
                number(records) + " TLS records, " + Human.bytes(traffic.bytes()) + ", and " + number(foreign)
                        + " bytes of anything else");
        teller.check(
                agreed && group == TlsRecords.X25519MLKEM768,
                "the two sidecars agreed upon " + (agreed ? "TLS 1.3" : "no TLS 1.3") + " with " + nameOf(group));
    }

    /** Fetches a page while the link between the two is captured. The caller must get the whole page. */
    private Traffic fetchWatched(String caller, String server, String url) throws IOException, InterruptedException {
        String filter = "tcp and " + anyOf(scene.addresses(caller)) + " and " + anyOf(scene.addresses(server));
        try (Capture capture = Capture.start(scene.mesh(), filter)) {
            Scene.Outcome page = scene.curl(caller, url);
            if (page.exit() != 0 || page.out().length() < scene.files().markerBytes()) {
                teller.check(
                        false,
                        caller + " did not get the page: curl ended with " + page.exit() + " "
                                + page.err().strip());
            }
            return capture.stop();
        }
    }

    private static String anyOf(List<String> addresses) {
        return "(host " + String.join(" or host ", addresses) + ")";
    }

    private void identities(Sessions sessions) throws IOException, InterruptedException {
        Optional<Sessions.Line> line = sessions.await(each ->
                "inbound".equals(each.direction()) && (Scene.IDENTITY_PREFIX + "web").equals(each.peerIdentity()));
        boolean proven = line.filter(each -> each.secure()
                        && (Scene.IDENTITY_PREFIX + "api").equals(each.localIdentity())
                        && "shop/callers-of-api".equals(each.policy()))
                .isPresent();
        if (line.isEmpty()) {
            teller.check(false, "the sidecar of shop/api logged no call of shop/web");
            return;
        }
        Sessions.Line session = line.get();
        teller.check(proven, "caller  " + session.peerIdentity());
        teller.detail("called  " + session.localIdentity());
        teller.detail("allowed by " + session.policy() + "; " + session.tls());
    }

    private static String nameOf(int group) {
        return group == TlsRecords.X25519MLKEM768 ? "X25519MLKEM768" : "the group 0x%04x".formatted(group);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
