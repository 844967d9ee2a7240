/* "/" is the dashboard for those signed in and the landing page for everybody else. */
import { useUser } from '../../state/session';
import { lazy } from '../../ui/lazy';
import { Landing } from '../landing/landing';

const Dashboard = lazy(() => import('./dashboard'));

const Home = () => (useUser() === null ? <Landing /> : <Dashboard />);

export default Home;
