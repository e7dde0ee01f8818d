import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Named checks, each reported as one line of JSON; and what the server tells beside its API. */
public final class Checks {
    /** What a check does. */
    public interface Body {
        void run() throws Exception;
    }

    private record Check(String sentence, Body body) {}

    public static final String URL = System.getenv("E2E_URL");
    public static final String PASSWORD = "Corr3ct-Horse!";

    private final List<Check> checks = new ArrayList<>();

    /** Adds a check; they run in the order they were added. */
    public void check(String sentence, Body body) {
        checks.add(new Check(sentence, body));
    }

    /** Runs all checks, whatever became of the one before. */
    public void run() {
        for (Check check : checks) {
            long started = System.nanoTime();
            String failure = null;
            try {
                check.body.run();
            } catch (Throwable thrown) {
                failure = String.valueOf(thrown);
            }
            double seconds = (System.nanoTime() - started) / 1e9;
            System.out.printf(java.util.Locale.ROOT, "{\"sentence\":%s,\"seconds\":%.3f%s}%n", quoted(check.sentence), seconds,
                    failure == null ? "" : ",\"failure\":" + quoted(failure));
            System.out.flush();
        }
        System.out.printf("{\"done\":%d}%n", checks.size());
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }

    /** Fails unless both are equal. */
    public static void equal(Object expected, Object actual) {
        if (!java.util.Objects.equals(expected, actual)) {
            throw new AssertionError("expected " + expected + ", got " + actual);
        }
    }

    /** A name nobody else in this run has. */
    public static String newName(String stem) {
        return stem + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Waits for a message to this address and returns the code in it. */
    public static String code(String to) throws Exception {
        Pattern pattern = Pattern.compile("\"code\":\"([^\"]+)\"");
        HttpRequest request = HttpRequest.newBuilder(URI.create(URL + "/_cabana/messages")).build();
        for (int tries = 0; tries < 400; tries++) {
            String text = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
            for (String message : text.split("(?=\\{\"at\"|\\{\"id\"|\\},\\{)")) {
                Matcher found = pattern.matcher(message);
                if (message.contains("\"" + to + "\"") && found.find()) return found.group(1);
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no message to " + to);
    }
}
